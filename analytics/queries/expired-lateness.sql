-- question: How late were the requests that were refused because their grant had ended, and from
--   how many places did each of these grants come?
-- purpose: A tab that was left open is not here: a browser drops the cookies when the grant ends
--   (Max-Age) and then sends none, see `never-signed-or-lapsed`. What comes after the end was sent
--   by a script, a link that was kept or passed on, or a replay. The question `grant` shows
--   everything about one of these grants.
-- columns: lateness, seen_from, suggests, refusals, grants, addresses, countries, tenants
-- column: lateness; time between the end of the grant and the request
-- column: seen_from; where the same grant was refused in the window: `one address`,
--   `several addresses`, `several countries`, or `cannot be known` without a fingerprint. Logs of
--   version 1 contain no country
-- column: suggests; what it can be
-- column: countries; number of different countries
-- requires: x-edge-request-id
-- cost: high
-- needs: evidence
with expired_refusals as (
    select
        refusals.*,
        epoch - not_after as late_seconds,
        case
            when fingerprint is null then 4
            when
                min(c_country) over (partition by key_pair_id, fingerprint)
                <> max(c_country) over (partition by key_pair_id, fingerprint)
                then 1
            when
                min(c_ip) over (partition by key_pair_id, fingerprint)
                <> max(c_ip) over (partition by key_pair_id, fingerprint)
                then 2
            else 3
        end as spread
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
    case spread
        when 1 then 'several countries'
        when 2 then 'several addresses'
        when 3 then 'one address'
        else 'cannot be known'
    end as seen_from,
    case
        when spread = 1 then 'a leaked link or stolen cookies, replayed'
        when spread = 2 and step = 1 then 'a client that changed its network'
        when spread = 2 then 'a link or cookies that were passed on, or a replay'
        when spread = 4 then 'cannot be known'
        when step = 1 then 'clock skew, or a request on its way'
        when step = 2 then 'a program that renews too late'
        else 'a script, a link that was kept, or a replay'
    end as suggests,
    count(*) as refusals,
    count(distinct fingerprint) as grants,
    count(distinct c_ip) as addresses,
    count(distinct c_country) as countries,
    count(distinct tenant_in_path) as tenants
from classed_refusals
group by 1, 2, 3
order by min(step), min(spread)
