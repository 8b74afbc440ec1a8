-- question: Which single grant was used from many addresses, networks or countries?
-- purpose: A grant for a tenant's path is one person's only where sharing between subjects is off: `include_tenant_grants = yes`.
-- parameters: min_networks integer = 3, min_countries integer = 2, include_tenant_grants yes-no = no
-- columns: fingerprint, key_pair_id, resource, addresses, networks, countries, agents, requests, first_seen, last_seen
-- cost: high
-- needs: evidence
with seen as (
    select
        fingerprint,
        key_pair_id,
        max(resource) as resource,
        count(distinct c_ip) as addresses,
        count(distinct network) as networks,
        count(distinct c_country) as countries,
        count(distinct user_agent) as agents,
        count(*) as requests,
        min(ts) as first_seen,
        max(ts) as last_seen
    from signed
    where
        is_accepted
        and fingerprint is not null
        -- A canned policy names no resource, and is a grant for one file.
        and (:include_tenant_grants or not coalesce(regexp_like(resource, '/t/[^/]*/[*]$'), false))
    group by 1, 2
)

select
    fingerprint,
    key_pair_id,
    resource,
    addresses,
    networks,
    countries,
    agents,
    requests,
    first_seen,
    last_seen
from seen
where networks >= :min_networks or countries >= :min_countries
order by 5 desc, 6 desc, 1, 2
