-- question: Which other sites embed the content, on which pages, and is it served there?
-- purpose: Shows which hosts use your bandwidth. Browsers often send only the host of the page, so
--   the page may be `/`.
-- parameter: own_hosts text-list = -; hosts of your own pages, which are left out, separated by
--   commas
-- parameter: min_requests integer = 5; smallest number of requests of a host
-- columns: referer_host, requests, served, refused, tenants, addresses, bytes, pages, top_page,
--   paths, top_path
-- column: referer_host; host in the Referer header
-- column: served; number of requests that were served
-- column: pages; number of different pages of the host
-- column: top_page; the page with the most requests, without its query string
-- column: top_path; the path that was requested most often from this host
-- requires: x-host-header, cs-protocol
-- cost: low
-- needs: traffic
with requests_with_referers as (
    select
        requests.*,
        nullif(regexp_extract(
            lower(referer), '^[a-z][a-z0-9+.-]*://([^/:?#]+)', 1
        ), '') as referer_host,
        split_part(split_part(referer, '?', 1), '#', 1) as referer_page
    from requests
    where tenant_in_path is not null
),

foreign_requests as (
    select *
    from requests_with_referers
    where
        referer_host is not null
        and referer_host not in :own_hosts
        and base_url not in ('https://' || referer_host, 'http://' || referer_host)
),

ranked_pages as (
    select
        referer_host,
        referer_page,
        row_number() over (partition by referer_host order by count(*) desc, referer_page)
            as position
    from foreign_requests
    group by 1, 2
),

ranked_paths as (
    select
        referer_host,
        raw_path,
        row_number() over (partition by referer_host order by count(*) desc, raw_path) as position
    from foreign_requests
    group by 1, 2
),

referring_hosts as (
    select
        referer_host,
        count(*) as requests,
        count_if(is_accepted) as served,
        count_if(is_refused) as refused,
        count(distinct tenant_in_path) as tenants,
        count(distinct c_ip) as addresses,
        sum(bytes) as bytes,
        count(distinct referer_page) as pages,
        count(distinct raw_path) as paths
    from foreign_requests
    group by 1
)

select
    referring_hosts.referer_host,
    referring_hosts.requests,
    referring_hosts.served,
    referring_hosts.refused,
    referring_hosts.tenants,
    referring_hosts.addresses,
    referring_hosts.bytes,
    referring_hosts.pages,
    ranked_pages.referer_page as top_page,
    referring_hosts.paths,
    ranked_paths.raw_path as top_path
from referring_hosts
inner join ranked_pages
    on
        referring_hosts.referer_host = ranked_pages.referer_host
        and ranked_pages.position = 1
inner join ranked_paths
    on
        referring_hosts.referer_host = ranked_paths.referer_host
        and ranked_paths.position = 1
where referring_hosts.requests >= :min_requests
order by 2 desc, 1
