-- question: What kind of program asks: browsers, scripts, bots, or nothing that says?
-- purpose: A user agent is what the viewer wrote: it tells friends apart and no enemies.
-- columns: client, requests, refused, refused_share, addresses, bytes
-- cost: low
-- needs: traffic
select
    case
        when user_agent is null then 'none'
        when regexp_like(lower(user_agent), 'bot|crawl|spider|slurp|scan') then 'bot'
        when regexp_like(lower(user_agent), 'curl|wget|python|java|okhttp|go-http|libwww|axios|node') then 'script'
        when user_agent like 'Mozilla/%' then 'browser'
        else 'other'
    end as client,
    count(*) as requests,
    count_if(is_refused) as refused,
    round(cast(count_if(is_refused) as double) / count(*), 4) as refused_share,
    count(distinct c_ip) as addresses,
    sum(bytes) as bytes
from requests
group by 1
order by 2 desc, 1
