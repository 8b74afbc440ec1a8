-- question: Which addresses took far more in a day than others of the same tenant did on average?
-- purpose: finds a copied account or a script that empties a tenant; the average is that of the other addresses, a day, and null where a tenant has no other.
-- parameters: min_times double = 10, min_megabytes double = 10
-- columns: day, tenant_in_path, c_ip, requests, files, bytes, others_average, times
-- cost: low
-- needs: traffic
with daily as (
    select
        date_trunc('day', ts) as day,
        tenant_in_path,
        c_ip,
        count(*) as requests,
        count(distinct raw_path) as files,
        sum(bytes) as bytes
    from requests
    where is_accepted
    group by 1, 2, 3
),

compared as (
    select
        daily.*,
        -- Who takes as much every day must not be its own measure.
        cast(sum(bytes) over (partition by tenant_in_path) - sum(bytes) over (partition by tenant_in_path, c_ip) as double)
        / nullif(count(*) over (partition by tenant_in_path) - count(*) over (partition by tenant_in_path, c_ip), 0) as others_average
    from daily
)

select
    day,
    tenant_in_path,
    c_ip,
    requests,
    files,
    bytes,
    round(others_average, 0) as others_average,
    round(bytes / nullif(others_average, 0), 1) as times
from compared
where bytes >= :min_megabytes * 1e6 and (others_average is null or bytes >= :min_times * others_average)
order by 6 desc, 1, 2, 3
