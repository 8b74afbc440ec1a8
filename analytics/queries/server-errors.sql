-- question: When did the origin or CloudFront itself fail, how, and where?
-- purpose: separates a broken origin from an edge location in trouble. A response that the origin cut off has the status that it began with; an error page of another status hides what failed.
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
