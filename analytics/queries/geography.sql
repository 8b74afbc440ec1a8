-- question: From which countries do requests come, and where are they refused?
-- purpose: Logs of version 1 contain no country. The airport code of the edge location is used
--   instead.
-- columns: place, is_country, requests, refused, refused_share, addresses, tenants, bytes
-- column: place; two-letter country, or airport code of the edge location
-- column: is_country; whether `place` is a country
-- requires: c-country
-- cost: low
-- needs: traffic
select
    coalesce(c_country, substr(edge_location, 1, 3)) as place,
    c_country is not null as is_country,
    count(*) as requests,
    count_if(is_refused) as refused,
    round(cast(count_if(is_refused) as double) / count(*), 4) as refused_share,
    count(distinct c_ip) as addresses,
    count(distinct tenant_in_path) as tenants,
    sum(bytes) as bytes
from requests
group by 1, 2
order by 3 desc, 1, 2
