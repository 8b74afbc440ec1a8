-- question: Which addresses were refused most often, and for which causes?
-- purpose: The list to begin with during an attack. The columns from `no_signature` to `other` add
--   up to `refusals`. Preflights do not count. An address with many `broken_links` and a small
--   `refused_share` has a page with old links; an attack has neither.
-- parameter: min_refusals integer = 10; smallest number of refused requests of an address
-- parameter: top integer = 50; largest number of rows
-- columns: c_ip, asn, c_country, refusals, requests, refused_share, tenants, paths, no_signature,
--   lapsed, outside_path, bad_signature, broken_links, other, first_seen, last_seen
-- column: requests; all requests of the address, refused or not
-- column: refused_share; `refusals` divided by `requests`
-- column: no_signature; refusals without a signature
-- column: lapsed; refusals of grants that had ended or had not begun
-- column: outside_path; refusals of grants for other paths
-- column: bad_signature; refusals with a wrong or malformed signature
-- column: broken_links; refusals by the origin: S3 answers 403 for a file that does not exist
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
        count_if(cause = 'origin_refused') as broken_links,
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
),

listed_addresses as (
    select *
    from ranked_addresses
    where position <= :top
),

-- Every address, not only the listed ones: naming the list twice would make the engines find
-- all causes twice.
requests_by_address as (
    select
        c_ip,
        count(*) as requests
    from requests
    group by 1
)

select
    listed_addresses.c_ip,
    listed_addresses.asn,
    listed_addresses.c_country,
    listed_addresses.refusals,
    requests_by_address.requests,
    round(
        cast(listed_addresses.refusals as double) / nullif(requests_by_address.requests, 0), 4
    ) as refused_share,
    listed_addresses.tenants,
    listed_addresses.paths,
    listed_addresses.no_signature,
    listed_addresses.lapsed,
    listed_addresses.outside_path,
    listed_addresses.bad_signature,
    listed_addresses.broken_links,
    listed_addresses.refusals - listed_addresses.no_signature - listed_addresses.lapsed
    - listed_addresses.outside_path - listed_addresses.bad_signature
    - listed_addresses.broken_links as other,
    listed_addresses.first_seen,
    listed_addresses.last_seen
from listed_addresses
left join requests_by_address on listed_addresses.c_ip = requests_by_address.c_ip
order by listed_addresses.position
