-- question: What must be known about the lines of this window before a question is asked?
-- purpose: Lines without an id cannot be joined with evidence. A line stands in the file of the
--   hour in which its request began and has the time at which the response ended: when responses
--   took hours, earlier files hold lines of the window. If an answer is empty, the counts say why:
--   no lines, lines of other times, or lines whose time or status is not understood.
-- columns: lines, without_id, earliest_partition, longest_seconds, lines_read, timed_lines,
--   lines_with_status, first_time, last_time
-- column: lines; number of log lines in the window
-- column: without_id; of these, the number without a request id
-- column: earliest_partition; hour of the first file that holds one of these lines, `yyyy/MM/dd/HH`
-- column: longest_seconds; longest time that a response took, of all lines in the hours that were
--   read
-- column: lines_read; number of log lines in the hours that were read, whatever their times are
-- column: timed_lines; of these, the number whose time is understood
-- column: lines_with_status; of these, the number whose status is understood
-- column: first_time; time of the first line in the hours that were read, whole seconds, UTC
-- column: last_time; time of the last line in the hours that were read, whole seconds, UTC
-- cost: low
-- needs: traffic
select
    count_if(ts >= :from and ts < :to) as lines,
    count_if(ts >= :from and ts < :to and x_edge_request_id is null) as without_id,
    min(case when ts >= :from and ts < :to then dt end) as earliest_partition,
    max(taken_seconds) as longest_seconds,
    count(*) as lines_read,
    count(ts) as timed_lines,
    count(status) as lines_with_status,
    substr(cast(min(ts) as varchar), 1, 19) as first_time,
    substr(cast(max(ts) as varchar), 1, 19) as last_time
from typed_lines
order by 1
