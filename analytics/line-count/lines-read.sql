-- question: How many lines do the hours of the window hold, of which times, and with which values?
-- purpose: Says why an answer is empty: no lines, lines of other times, or lines whose time or
--   status is not understood.
-- columns: lines, timed_lines, lines_in_window, lines_with_status, first_time, last_time
-- cost: low
-- needs: traffic
select
    count(*) as lines,
    count(ts) as timed_lines,
    count_if(ts >= :from and ts < :to) as lines_in_window,
    count(status) as lines_with_status,
    cast(min(ts) as varchar) as first_time,
    cast(max(ts) as varchar) as last_time
from typed_lines
