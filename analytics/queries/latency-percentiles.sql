-- question: How long did clients wait for the first byte, by result of the request?
-- purpose: Clients that closed the connection are not counted. All percentiles are approximate and
--   differ slightly between engines.
-- columns: result_type, requests, first_byte_p50, first_byte_p95, first_byte_p99, origin_p95
-- column: result_type; result of CloudFront: Hit, Miss, Error, …
-- column: first_byte_p50; median time to the first byte, in seconds
-- column: first_byte_p95; 95 % of the requests waited at most so long, in seconds
-- column: first_byte_p99; 99 % of the requests waited at most so long, in seconds
-- column: origin_p95; 95 % of the requests to the origin waited at most so long for it, in seconds
-- requires: x-edge-result-type
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
