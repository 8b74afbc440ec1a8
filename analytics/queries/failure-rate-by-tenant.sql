-- question: In which hours was a larger share of a tenant's requests refused than in the other
--   hours of the window?
-- purpose: Use it to find the hour in which a problem began.
-- parameter: min_requests integer = 20; smallest number of requests in the hour
-- parameter: min_deviations double = 0; smallest value of `deviations`
-- columns: hour, tenant_in_path, requests, refused, refused_share, baseline_share, deviations
-- column: baseline_share; refused share of the other hours, 0 to 1; null when there is no other
--   hour
-- column: deviations; difference of the two shares, in standard deviations; null when there is no
--   other hour
-- cost: low
-- needs: traffic
with hourly_requests as (
    select
        date_trunc('hour', ts) as hour,
        tenant_in_path,
        count(*) as requests,
        count_if(is_refused) as refused
    from requests
    where tenant_in_path is not null and not is_aborted
    group by 1, 2
),

hours_with_totals as (
    select
        hourly_requests.*,
        cast(sum(requests) over (partition by tenant_in_path) as double) as all_requests,
        cast(sum(refused) over (partition by tenant_in_path) as double) as all_refused
    from hourly_requests
),

compared_hours as (
    select
        hours_with_totals.*,
        cast(refused as double) / requests as refused_share,
        (all_refused - refused) / nullif(all_requests - requests, 0) as baseline_share,
        -- Standard deviation of the difference of both shares: large when either has few requests.
        sqrt(
            all_refused * (all_requests - all_refused)
            / nullif(all_requests * requests * (all_requests - requests), 0)
        ) as deviation
    from hours_with_totals
),

rated_hours as (
    select
        compared_hours.*,
        case
            when deviation > 0 then (refused_share - baseline_share) / deviation
            -- The share is 0 or 1 in every hour.
            when deviation = 0 then 0e0
        end as deviations
    from compared_hours
)

select
    hour,
    tenant_in_path,
    requests,
    refused,
    round(refused_share, 4) as refused_share,
    round(baseline_share, 4) as baseline_share,
    round(deviations, 2) as deviations
from rated_hours
where requests >= :min_requests and coalesce(deviations >= :min_deviations, true)
order by 7 desc nulls last, 1, 2
