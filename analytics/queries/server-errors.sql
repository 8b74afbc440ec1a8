-- question: When and where did the origin or CloudFront itself fail, and how?
-- purpose: Separates a broken origin from trouble in one edge location. When the origin stops in
--   the middle of a response, the status is the one with which the response began. A custom error
--   page with another status hides the failure.
-- columns: hour, status, detailed_result_type, edge_location, requests, tenants, addresses
-- cost: low
-- needs: traffic
select
    date_trunc('hour', ts) as hour,
    status,
    detailed_result_type,
    edge_location,
    count(*) as requests,
    count(distinct tenant_in_path) as tenants,
    count(distinct c_ip) as addresses
from requests
where
    (status >= 500 and not is_aborted)
    or (status < 400 and is_origin_failure)
group by 1, 2, 3, 4
order by 1, 5 desc, 2, 3, 4
