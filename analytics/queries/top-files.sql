-- question: Which files were opened most?
-- purpose: shows what is worth caching; a file that is read in parts is opened with the first, and `bytes` are those of all parts.
-- parameters: top integer = 50
-- columns: path, tenant_in_path, requests, addresses, bytes, last_opened
-- cost: low
-- needs: traffic
with counted as (
    select
        raw_path as path,
        tenant_in_path,
        count_if(coalesce(range_start, 0) = 0) as requests,
        count(distinct c_ip) as addresses,
        sum(bytes) as bytes,
        max(ts) as last_opened
    from requests
    where is_accepted and method = 'GET'
    group by 1, 2
),

ranked as (
    select
        counted.*,
        row_number() over (order by requests desc, path) as position
    from counted
)

select
    path,
    tenant_in_path,
    requests,
    addresses,
    bytes,
    last_opened
from ranked
where position <= :top
order by position
