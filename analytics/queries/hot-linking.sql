-- question: Which pages of other sites embed the content, and does it open there?
-- purpose: shows which hosts take the bandwidth; name your own in `own_hosts` to leave them out.
-- parameters: own_hosts text-list = -, min_requests integer = 5
-- columns: referer_host, requests, served, refused, tenants, addresses, bytes
-- cost: low
-- needs: traffic
with referred as (
    select
        requests.*,
        nullif(regexp_extract(lower(referer), '^[a-z][a-z0-9+.-]*://([^/:?#]+)', 1), '') as referer_host
    from requests
    where tenant_in_path is not null
),

referring as (
    select
        referer_host,
        count(*) as requests,
        count_if(is_accepted) as served,
        count_if(is_refused) as refused,
        count(distinct tenant_in_path) as tenants,
        count(distinct c_ip) as addresses,
        sum(bytes) as bytes
    from referred
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
from referring
where requests >= :min_requests
order by 2 desc, 1
