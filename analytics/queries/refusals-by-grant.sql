-- question: Which grants were presented with requests that were refused, why, and from how many
--   places?
-- purpose: Leads from refusals to the grant behind them: a row with several countries is a grant
--   that was passed on or stolen. The question `grant` shows everything about one fingerprint.
--   When `proven` is false, anybody may have written the grant.
-- parameter: min_refusals integer = 1; smallest number of refused requests of a grant and cause
-- parameter: top integer = 50; largest number of rows
-- columns: fingerprint, key_pair_id, resource, proven, cause, refusals, addresses, countries,
--   tenants, paths, first_seen, last_seen
-- column: countries; number of different countries
-- cost: high
-- needs: evidence
with refused_grants as (
    select
        fingerprint,
        key_pair_id,
        proven,
        cause,
        max(resource) as resource,
        count(*) as refusals,
        count(distinct c_ip) as addresses,
        count(distinct c_country) as countries,
        count(distinct tenant_in_path) as tenants,
        count(distinct raw_path) as paths,
        min("time") as first_seen,
        max("time") as last_seen
    from refusals
    where fingerprint is not null
    group by 1, 2, 3, 4
),

ranked_grants as (
    select
        refused_grants.*,
        row_number() over (
            order by countries desc, refusals desc, fingerprint, key_pair_id, cause, proven
        ) as position
    from refused_grants
    where refusals >= :min_refusals
)

select
    fingerprint,
    key_pair_id,
    resource,
    proven,
    cause,
    refusals,
    addresses,
    countries,
    tenants,
    paths,
    first_seen,
    last_seen
from ranked_grants
where position <= :top
order by position
