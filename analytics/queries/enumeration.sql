-- question: Which addresses tried many paths within an hour, most of them in vain?
-- purpose: finds those who guess names: many different paths, few of them there or allowed. A page of many pictures whose session ended looks the same: `top-offenders` has the causes.
-- parameters: min_paths integer = 20, min_failed_share double = 0.5
-- columns: hour, c_ip, asn, requests, paths, tenants, failed, failed_share
-- cost: low
-- needs: traffic
with hourly as (
    select
        date_trunc('hour', ts) as hour,
        c_ip,
        max(asn) as asn,
        count(*) as requests,
        count(distinct raw_path) as paths,
        count(distinct tenant_in_path) as tenants,
        count_if(status in (403, 404)) as failed
    from requests
    where not is_aborted
    group by 1, 2
)

select
    hour,
    c_ip,
    asn,
    requests,
    paths,
    tenants,
    failed,
    round(cast(failed as double) / requests, 4) as failed_share
from hourly
where paths >= :min_paths and cast(failed as double) / requests >= :min_failed_share
order by 5 desc, 1, 2
