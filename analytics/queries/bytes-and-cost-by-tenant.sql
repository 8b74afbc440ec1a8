-- question: How many bytes were sent from each tenant's paths in each day, and what do they cost at
--   a given price per GB?
-- purpose: The cost is that of the bytes at one price. CloudFront also bills requests, and its
--   prices depend on region and volume. Log lines can be missing: compare with the usage report
--   before you bill anybody.
-- parameter: price_per_gigabyte double = 0.085; price of one GB of 10^9 bytes, in any currency
-- columns: day, tenant_in_path, requests, bytes, gigabytes, cost
-- column: gigabytes; `bytes` in GB of 10^9 bytes
-- column: cost; `gigabytes` times the price
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
