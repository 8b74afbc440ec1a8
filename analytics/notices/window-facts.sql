-- question: What must be known about the lines of this window before a question is asked?
-- purpose: Lines without an id cannot be joined with evidence. A line stands in the file of the
--   hour in which its request began and has the time at which the response ended: when responses
--   took hours, earlier files hold lines of the window.
-- columns: lines, without_id, earliest_partition, longest_seconds
-- column: lines; number of log lines in the window
-- column: without_id; of these, the number without a request id
-- column: earliest_partition; hour of the first file that holds one of these lines, `yyyy/MM/dd/HH`
-- column: longest_seconds; longest time that a response took, of all lines in the hours that were
--   read
-- cost: low
-- needs: traffic
select
    count_if(ts >= :from and ts < :to) as lines,
    count_if(ts >= :from and ts < :to and x_edge_request_id is null) as without_id,
    min(case when ts >= :from and ts < :to then dt end) as earliest_partition,
    max(taken_seconds) as longest_seconds
from typed_lines
order by 1
