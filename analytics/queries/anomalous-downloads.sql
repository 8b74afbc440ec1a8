-- question: Which addresses downloaded far more in one day than the other addresses of the same
--   tenant?
-- purpose: Finds a shared account, or a script that copies all files of a tenant. An address is
--   compared with the other addresses only. An address that is alone in its tenant has nothing to
--   be compared with and is always listed.
-- parameter: min_times double = 10; smallest ratio of the bytes to `others_average`
-- parameter: min_megabytes double = 10; smallest amount in a day, in MB of 10^6 bytes
-- columns: day, tenant_in_path, c_ip, requests, files, bytes, others_average, times
-- column: files; number of different paths
-- column: others_average; average bytes a day of the other addresses of the tenant; null when there
--   are none
-- column: times; `bytes` divided by `others_average`
-- cost: low
-- needs: traffic
with daily_downloads as (
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

compared_downloads as (
    select
        daily_downloads.*,
        -- The address itself is left out: otherwise it would raise the average.
        cast(
            sum(bytes) over (partition by tenant_in_path)
            - sum(bytes) over (partition by tenant_in_path, c_ip) as double
        )
        / nullif(
            count(*) over (partition by tenant_in_path)
            - count(*) over (partition by tenant_in_path, c_ip),
            0
        ) as others_average
    from daily_downloads
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
from compared_downloads
where
    bytes >= :min_megabytes * 1e6
    and (others_average is null or bytes >= :min_times * others_average)
order by 6 desc, 1, 2, 3
