-- question: How long did viewers wait for the first byte, by how the response was made?
-- purpose: Who gave up waiting is not among them. Percentiles are approximate on every engine.
-- columns: result_type, requests, first_byte_p50, first_byte_p95, first_byte_p99, origin_p95
-- cost: low
-- needs: traffic
select
    result_type,
    count(*) as requests,
    round(approx_percentile(first_byte_seconds, 0.5), 3) as first_byte_p50,
    round(approx_percentile(first_byte_seconds, 0.95), 3) as first_byte_p95,
    round(approx_percentile(first_byte_seconds, 0.99), 3) as first_byte_p99,
    round(approx_percentile(origin_first_byte_seconds, 0.95), 3) as origin_p95
from requests
where not is_aborted
group by 1
order by 2 desc, 1
