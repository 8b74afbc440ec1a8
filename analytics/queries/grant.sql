-- question: Who holds a grant, what else do they hold, what did the grant open, and from where?
-- purpose: How far the damage of a stolen or leaked grant goes. The fingerprint stands in the
--   answers of `who-opened`, `refusals-by-grant` and `grants-seen-from-many-places`, and in
--   `explain-403`. Grants that were issued before the hour before the window are not known: begin
--   the window early enough. Several people in rows `issued to` share the grant.
-- parameter: fingerprint text; fingerprint of the grant: the first characters of its signature
-- columns: kind, fingerprint, key_pair_id, user_hash, scope, path, c_ip, asn, c_country, cause,
--   proven, requests, first_seen, last_seen
-- column: kind; `issued to` (a person who holds the grant), `also holds` (another grant of such a
--   person), `opened` (accepted requests), or `refused`
-- column: user_hash; hash of token issuer and subject; null for requests
-- column: scope; path that the grant opens; null for requests
-- column: path; path as the client sent it; null for grants
-- column: cause; why requests were refused; null for all others
-- column: proven; whether the requests presented this grant, and not only its fingerprint; null for
--   grants
-- column: requests; number of requests; for grants, how often they were issued
-- column: first_seen; time of the first request; for grants, of the first issuance, UTC
-- column: last_seen; time of the last request; for grants, the end of the last one, UTC
-- cost: high
-- needs: grants
with held_grants as (
    select
        fingerprint,
        key_pair_id,
        user_hash,
        scope,
        count(*) as requests,
        min(try_cast(substr(replace("time", 'T', ' '), 1, 19) as timestamp)) as first_seen,
        max(try_cast(substr(replace(expires_at, 'T', ' '), 1, 19) as timestamp)) as last_seen
    from issued_grants
    where dt between :from_partition and :to_partition
    group by 1, 2, 3, 4
),

asked_grants as (
    select
        held_grants.*,
        1 as is_asked
    from held_grants
    where fingerprint = :fingerprint
),

holders as (
    select user_hash
    from asked_grants
    group by 1
),

opened_paths as (
    select
        key_pair_id,
        fingerprint,
        raw_path as path,
        c_ip,
        max(asn) as asn,
        max(c_country) as c_country,
        count(distinct x_edge_request_id) + count_if(x_edge_request_id is null) as requests,
        min(ts) as first_seen,
        max(ts) as last_seen
    -- Copies of a line are told apart by their id here: in `signed` an engine would hold every
    -- request of the window to find them.
    from all_signed
    where
        part = 0
        and is_accepted
        and fingerprint = :fingerprint
        and (:tenant = '-' or :tenant = tenant_in_path)
    group by 1, 2, 3, 4
),

refused_paths as (
    select
        key_pair_id,
        fingerprint,
        raw_path as path,
        c_ip,
        cause,
        proven,
        max(asn) as asn,
        max(c_country) as c_country,
        count(*) as requests,
        min(ts) as first_seen,
        max(ts) as last_seen
    from refusals
    where fingerprint = :fingerprint
    group by 1, 2, 3, 4, 5, 6
),

everything as (
    select
        1 as step, 'issued to' as kind, fingerprint, key_pair_id, user_hash, scope,
        cast(null as varchar) as path, cast(null as varchar) as c_ip,
        cast(null as varchar) as asn, cast(null as varchar) as c_country,
        cast(null as varchar) as cause, cast(null as boolean) as proven,
        requests, first_seen, last_seen
    from asked_grants
    union all
    select
        2 as step, 'also holds' as kind, held_grants.fingerprint, held_grants.key_pair_id,
        held_grants.user_hash, held_grants.scope, cast(null as varchar) as path,
        cast(null as varchar) as c_ip, cast(null as varchar) as asn,
        cast(null as varchar) as c_country, cast(null as varchar) as cause,
        cast(null as boolean) as proven, held_grants.requests, held_grants.first_seen,
        held_grants.last_seen
    from held_grants
    inner join holders on held_grants.user_hash = holders.user_hash
    left join asked_grants
        on
            held_grants.fingerprint = asked_grants.fingerprint
            and held_grants.key_pair_id = asked_grants.key_pair_id
            and held_grants.user_hash = asked_grants.user_hash
            and held_grants.scope = asked_grants.scope
    where asked_grants.is_asked is null
    union all
    select
        3 as step, 'opened' as kind, fingerprint, key_pair_id,
        cast(null as varchar) as user_hash, cast(null as varchar) as scope, path, c_ip, asn,
        c_country, cast(null as varchar) as cause, true as proven, requests, first_seen, last_seen
    from opened_paths
    union all
    select
        4 as step, 'refused' as kind, fingerprint, key_pair_id,
        cast(null as varchar) as user_hash, cast(null as varchar) as scope, path, c_ip, asn,
        c_country, cause, proven, requests, first_seen, last_seen
    from refused_paths
)

select
    kind,
    fingerprint,
    key_pair_id,
    user_hash,
    scope,
    path,
    c_ip,
    asn,
    c_country,
    cause,
    proven,
    requests,
    first_seen,
    last_seen
from everything
order by step, 13, 2, 3, 4, 5, 6, 7, 10, 11
