-- question: How much of each tenant's content came from the cache, by requests and by bytes?
-- purpose: shows where caching pays and where every request reaches the bucket.
-- columns: tenant_in_path, requests, hits, hit_share, bytes, hit_bytes, byte_hit_share
-- cost: low
-- needs: traffic
select
    tenant_in_path,
    count(*) as requests,
    count_if(result_type in ('Hit', 'RefreshHit', 'OriginShieldHit')) as hits,
    round(cast(count_if(result_type in ('Hit', 'RefreshHit', 'OriginShieldHit')) as double) / count(*), 4) as hit_share,
    sum(bytes) as bytes,
    sum(case when result_type in ('Hit', 'RefreshHit', 'OriginShieldHit') then bytes else 0 end) as hit_bytes,
    round(
        cast(sum(case when result_type in ('Hit', 'RefreshHit', 'OriginShieldHit') then bytes else 0 end) as double)
        / nullif(sum(bytes), 0), 4
    ) as byte_hit_share
from requests
where is_accepted
group by 1
order by 2 desc, 1
