-- question: Which single grant was used from many addresses, networks or countries?
-- purpose: Finds cookies or links that were passed on or stolen. A grant for a whole tenant belongs
--   to one person, unless `grants.shareAcrossSubjects` is on: then many people have it on purpose,
--   and `include_tenant_grants=no` leaves these grants out.
-- parameter: min_networks integer = 3; number of networks from which a grant is listed
-- parameter: min_countries integer = 2; number of countries from which a grant is listed
-- parameter: include_tenant_grants yes-no = yes; whether grants for all files of a tenant are
--   listed too
-- columns: fingerprint, key_pair_id, resource, addresses, networks, countries, agents, requests,
--   first_seen, last_seen
-- column: networks; number of different networks (/24 or /48)
-- column: countries; number of different countries
-- column: agents; number of different User-Agent headers
-- cost: high
-- needs: evidence
with used_grants as (
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
        -- A canned policy names no resource: it is a grant for one file.
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
from used_grants
where networks >= :min_networks or countries >= :min_countries
order by 5 desc, 6 desc, 1, 2
