-- question: Which addresses were refused most often, and for which causes?
-- purpose: The list to begin with during an attack. The columns from `no_signature` to `other` add
--   up to `refusals`. Preflights do not count.
-- parameter: min_refusals integer = 10; smallest number of refused requests of an address
-- parameter: top integer = 50; largest number of rows
-- columns: c_ip, asn, c_country, refusals, tenants, paths, no_signature, lapsed, outside_path,
--   bad_signature, other, first_seen, last_seen
-- column: no_signature; refusals without a signature
-- column: lapsed; refusals of grants that had ended or had not begun
-- column: outside_path; refusals of grants for other paths
-- column: bad_signature; refusals with a wrong or malformed signature
-- column: other; all other refusals
-- cost: high
-- needs: evidence
with refused_addresses as (
    select
        c_ip,
        max(asn) as asn,
        max(c_country) as c_country,
        count(*) as refusals,
        count(distinct tenant_in_path) as tenants,
        count(distinct raw_path) as paths,
        count_if(cause = 'no_signature') as no_signature,
        count_if(cause in ('expired', 'not_yet_valid')) as lapsed,
        count_if(cause = 'outside_path') as outside_path,
        count_if(
            cause in ('bad_signature_proven', 'bad_signature_presumed', 'malformed_signature')
        ) as bad_signature,
        min("time") as first_seen,
        max("time") as last_seen
    from refusals
    where cause <> 'preflight'
    group by 1
),

ranked_addresses as (
    select
        refused_addresses.*,
        row_number() over (order by refusals desc, c_ip) as position
    from refused_addresses
    where refusals >= :min_refusals
)

select
    c_ip,
    asn,
    c_country,
    refusals,
    tenants,
    paths,
    no_signature,
    lapsed,
    outside_path,
    bad_signature,
    refusals - no_signature - lapsed - outside_path - bad_signature as other,
    first_seen,
    last_seen
from ranked_addresses
where position <= :top
order by position
