-- question: Which addresses were refused most often, and for what?
-- purpose: the list to begin with in an attack: who, how much, and which kind of refusal.
-- parameters: min_refusals integer = 10, top integer = 50
-- columns: c_ip, asn, c_country, refusals, tenants, paths, no_signature, lapsed, outside_path, bad_signature, other, first_seen, last_seen
-- cost: high
-- needs: evidence
with counted as (
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
        count_if(cause in ('bad_signature_proven', 'bad_signature_presumed', 'malformed_signature')) as bad_signature,
        min("time") as first_seen,
        max("time") as last_seen
    from refusals
    group by 1
),

ranked as (
    select
        counted.*,
        row_number() over (order by refusals desc, c_ip) as position
    from counted
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
from ranked
where position <= :top
order by position
