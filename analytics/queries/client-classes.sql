-- question: Which kinds of programs send requests: browsers, scripts, bots, or programs that send
--   no name?
-- purpose: The kind is taken from the User-Agent header, which a client can set as it likes. Use it
--   to find honest programs, not attackers.
-- columns: client, requests, refused, refused_share, addresses, bytes
-- column: client; `browser`, `script`, `bot`, `other`, or `none` without a User-Agent header
-- cost: low
-- needs: traffic
select
    case
        when user_agent is null then 'none'
        when regexp_like(lower(user_agent), 'bot|crawl|spider|slurp|scan') then 'bot'
        when
            regexp_like(
                lower(user_agent), 'curl|wget|python|java|okhttp|go-http|libwww|axios|node'
            )
            then 'script'
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
