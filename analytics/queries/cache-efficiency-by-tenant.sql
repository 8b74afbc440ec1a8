-- question: How much of each tenant's content came from the cache, by requests and by bytes?
-- purpose: shows where caching pays and where every request reaches the bucket.
-- columns: tenant_in_path, requests, hits, hit_share, bytes, hit_bytes, byte_hit_share
-- cost: low
-- needs: traffic
with served as (
    select
        tenant_in_path,
        bytes,
        -- A viewer that went away turns a hit into an error: then it is as it was when the response began.
        case when result_type = 'Error' then response_result_type else result_type end
        in ('Hit', 'RefreshHit', 'OriginShieldHit') as is_hit
    from requests
    where is_accepted
)

select
    tenant_in_path,
    count(*) as requests,
    count_if(is_hit) as hits,
    round(cast(count_if(is_hit) as double) / count(*), 4) as hit_share,
    sum(bytes) as bytes,
    sum(case when is_hit then bytes else 0 end) as hit_bytes,
    round(cast(sum(case when is_hit then bytes else 0 end) as double) / nullif(sum(bytes), 0), 4) as byte_hit_share
from served
group by 1
order by 2 desc, 1
