-- question: In which hours were more of a tenant's requests refused than in the other hours of the window?
-- purpose: `deviations` says how far the share is from that of the other hours, in standard deviations of their difference; null where a tenant has no other hour.
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

totalled as (
    select
        hourly.*,
        cast(sum(requests) over (partition by tenant_in_path) as double) as all_requests,
        cast(sum(refused) over (partition by tenant_in_path) as double) as all_refused
    from hourly
),

compared as (
    select
        totalled.*,
        cast(refused as double) / requests as refused_share,
        (all_refused - refused) / nullif(all_requests - requests, 0) as baseline_share,
        -- Of both shares together: a baseline of none or of few requests is no certainty.
        sqrt(all_refused * (all_requests - all_refused) / nullif(all_requests * requests * (all_requests - requests), 0)) as deviation
    from totalled
),

weighed as (
    select
        compared.*,
        case
            when deviation > 0 then (refused_share - baseline_share) / deviation
            -- Every hour alike.
            when deviation = 0 then 0e0
        end as deviations
    from compared
)

select
    hour,
    tenant_in_path,
    requests,
    refused,
    round(refused_share, 4) as refused_share,
    round(baseline_share, 4) as baseline_share,
    round(deviations, 2) as deviations
from weighed
where requests >= :min_requests and coalesce(deviations >= :min_deviations, true)
order by 7 desc nulls last, 1, 2
