-- question: How many bytes did each tenant's paths send a day, and what is that at a price per GB?
-- purpose: `cost` is that of the bytes alone, at one price, a GB being 10^9 bytes: requests are billed beside them, and prices differ by region and amount. Logs are best effort: reconcile with the usage report before anybody is billed.
-- parameters: price_per_gigabyte double = 0.085
-- columns: day, tenant_in_path, requests, bytes, gigabytes, cost
-- cost: low
-- needs: traffic
select
    date_trunc('day', ts) as day,
    tenant_in_path,
    count(*) as requests,
    sum(bytes) as bytes,
    round(cast(sum(bytes) as double) / 1e9, 6) as gigabytes,
    round(cast(sum(bytes) as double) / 1e9 * :price_per_gigabyte, 6) as cost
from requests
group by 1, 2
order by 1, 4 desc, 2
