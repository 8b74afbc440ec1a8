-- question: Which share of each tenant's content came from the cache, by requests and by bytes?
-- purpose: Shows where caching works and where every request goes to the bucket. Only requests that
--   were served count.
-- columns: tenant_in_path, requests, hits, hit_share, bytes, hit_bytes, byte_hit_share
-- column: requests; number of requests that were served
-- column: hits; of these, the number that the cache answered
-- column: hit_share; `hits` divided by `requests`, 0 to 1
-- column: hit_bytes; bytes that came from the cache
-- column: byte_hit_share; `hit_bytes` divided by `bytes`, 0 to 1
-- requires: x-edge-result-type
-- cost: low
-- needs: traffic
with served_requests as (
    select
        tenant_in_path,
        bytes,
        -- When the client closes the connection, the final result is Error. The result at the
        -- beginning of the response is used then.
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
    round(
        cast(sum(case when is_hit then bytes else 0 end) as double) / nullif(sum(bytes), 0), 4
    ) as byte_hit_share
from served_requests
group by 1
order by 2 desc, 1
