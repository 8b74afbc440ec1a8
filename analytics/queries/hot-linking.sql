-- question: Which other sites embed the content, and is it served there?
-- purpose: Shows which hosts use your bandwidth.
-- parameter: own_hosts text-list = -; hosts of your own pages, which are left out, separated by
--   commas
-- parameter: min_requests integer = 5; smallest number of requests of a host
-- columns: referer_host, requests, served, refused, tenants, addresses, bytes
-- column: referer_host; host in the Referer header
-- column: served; number of requests that were served
-- requires: x-host-header, cs-protocol
-- cost: low
-- needs: traffic
with requests_with_referers as (
    select
        requests.*,
        nullif(regexp_extract(
            lower(referer), '^[a-z][a-z0-9+.-]*://([^/:?#]+)', 1
        ), '') as referer_host
    from requests
    where tenant_in_path is not null
),

referring_hosts as (
    select
        referer_host,
        count(*) as requests,
        count_if(is_accepted) as served,
        count_if(is_refused) as refused,
        count(distinct tenant_in_path) as tenants,
        count(distinct c_ip) as addresses,
        sum(bytes) as bytes
    from requests_with_referers
    where
        referer_host is not null
        and referer_host not in :own_hosts
        and base_url not in ('https://' || referer_host, 'http://' || referer_host)
    group by 1
)

select
    referer_host,
    requests,
    served,
    refused,
    tenants,
    addresses,
    bytes
from referring_hosts
where requests >= :min_requests
order by 2 desc, 1
