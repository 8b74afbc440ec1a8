-- question: Which files were opened most often?
-- purpose: Shows which files are worth caching. A file that is read in parts counts once, with its
--   first part; `bytes` are those of all parts.
-- parameter: top integer = 50; largest number of rows
-- columns: path, tenant_in_path, requests, addresses, bytes, last_opened
-- column: path; path as the client sent it
-- column: requests; how often the file was opened
-- column: last_opened; time of the last request, UTC
-- cost: low
-- needs: traffic
with opened_files as (
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

ranked_files as (
    select
        opened_files.*,
        row_number() over (order by requests desc, path) as position
    from opened_files
)

select
    path,
    tenant_in_path,
    requests,
    addresses,
    bytes,
    last_opened
from ranked_files
where position <= :top
order by position
