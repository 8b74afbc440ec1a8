-- question: Which networks (/24 or /48) were refused from several addresses?
-- purpose: Finds a source that changes its address within its network.
-- parameter: min_refusals integer = 20; smallest number of refused requests of the network
-- parameter: min_addresses integer = 2; smallest number of addresses that were refused
-- columns: network, asn, c_country, refusals, addresses, tenants, refused_share
-- column: addresses; number of addresses that were refused
-- column: tenants; number of tenants whose paths were refused
-- cost: low
-- needs: traffic
with refused_networks as (
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
from refused_networks
where refusals >= :min_refusals and addresses >= :min_addresses
order by 4 desc, 1
