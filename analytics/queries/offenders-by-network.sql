-- question: Which networks (/24, /48) were refused from many addresses?
-- purpose: finds a source that changes its address within its network.
-- parameters: min_refusals integer = 20, min_addresses integer = 2
-- columns: network, asn, c_country, refusals, addresses, tenants, refused_share
-- cost: low
-- needs: traffic
with networks as (
    select
        network,
        max(asn) as asn,
        max(c_country) as c_country,
        count_if(is_refused) as refusals,
        count(distinct case when is_refused then c_ip end) as addresses,
        count(distinct case when is_refused then tenant_in_path end) as tenants,
        round(cast(count_if(is_refused) as double) / count(*), 4) as refused_share
    from requests
    group by 1
)

select
    network,
    asn,
    c_country,
    refusals,
    addresses,
    tenants,
    refused_share
from networks
where refusals >= :min_refusals and addresses >= :min_addresses
order by 4 desc, 1
