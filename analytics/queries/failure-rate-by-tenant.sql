-- question: In which hours were more of a tenant's requests refused than in the other hours of the window?
-- purpose: `deviations` says how far the share is from that of the other hours, in standard deviations.
-- parameters: min_requests integer = 20, min_deviations double = 0
-- columns: hour, tenant_in_path, requests, refused, refused_share, baseline_share, deviations
-- cost: low
-- needs: traffic
with hourly as (
    select
        date_trunc('hour', ts) as hour,
        tenant_in_path,
        count(*) as requests,
        count_if(is_refused) as refused
    from requests
    where tenant_in_path is not null and not is_aborted
    group by 1, 2
),

compared as (
    select
        hourly.*,
        cast(refused as double) / requests as refused_share,
        cast(sum(refused) over (partition by tenant_in_path) - refused as double)
        / nullif(sum(requests) over (partition by tenant_in_path) - requests, 0) as baseline_share
    from hourly
)

select
    hour,
    tenant_in_path,
    requests,
    refused,
    round(refused_share, 4) as refused_share,
    round(baseline_share, 4) as baseline_share,
    round((refused_share - baseline_share) / nullif(sqrt(baseline_share * (1 - baseline_share) / requests), 0), 2) as deviations
from compared
where
    requests >= :min_requests
    and (
        refused_share - baseline_share >= :min_deviations * sqrt(baseline_share * (1 - baseline_share) / requests)
        or baseline_share is null
    )
order by 7 desc nulls last, 1, 2
