-- question: How late were the requests that were refused because their grant had ended?
-- purpose: Separates wrong clocks and late renewal (seconds to minutes) from pages that stay open
--   and from links that somebody kept or replays.
-- columns: lateness, suggests, refusals, grants, addresses, tenants
-- column: lateness; time between the end of the grant and the request
-- column: suggests; the most likely explanation
-- requires: x-edge-request-id
-- cost: high
-- needs: evidence
with expired_refusals as (
    select
        refusals.*,
        epoch - not_after as late_seconds
    from refusals
    where cause = 'expired'
),

classed_refusals as (
    select
        expired_refusals.*,
        case
            when late_seconds < 60 then 1
            when late_seconds < 900 then 2
            when late_seconds < 14400 then 3
            when late_seconds < 86400 then 4
            else 5
        end as step
    from expired_refusals
)

select
    case step
        when 1 then 'under a minute'
        when 2 then 'under 15 minutes'
        when 3 then 'under 4 hours'
        when 4 then 'under a day'
        else 'a day or more'
    end as lateness,
    case step
        when 1 then 'clock skew, or renewal that comes too late'
        when 2 then 'a page that missed its renewal'
        when 3 then 'a tab left open'
        when 4 then 'a tab left open overnight'
        else 'a link that was kept, or a replay'
    end as suggests,
    count(*) as refusals,
    count(distinct fingerprint) as grants,
    count(distinct c_ip) as addresses,
    count(distinct tenant_in_path) as tenants
from classed_refusals
group by 1, 2
order by min(step)
