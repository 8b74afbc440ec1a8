-- question: Which addresses asked for many paths within one hour, most of which failed?
-- purpose: Finds clients that guess file names: many different paths, few of which exist or are
--   allowed. A page with many pictures whose session has ended looks the same; `top-offenders`
--   shows the causes.
-- parameter: min_paths integer = 20; smallest number of different paths in the hour
-- parameter: min_failed_share double = 0.5; smallest share of failed requests, 0 to 1
-- columns: hour, c_ip, asn, requests, paths, tenants, failed, failed_share
-- column: failed; number of requests with status 403 or 404
-- column: failed_share; `failed` divided by `requests`, 0 to 1
-- cost: low
-- needs: traffic
with hourly_requests as (
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
from hourly_requests
where paths >= :min_paths and cast(failed as double) / requests >= :min_failed_share
order by 5 desc, 1, 2
