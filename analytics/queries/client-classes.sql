-- question: Which kinds of programs send requests: browsers, crawlers, link previews, media
--   players, scripts and apps, or programs that send no name?
-- purpose: The kind is taken from the User-Agent header, which a client can set as it likes. Use it
--   to find honest programs, not attackers. The names of crawlers, link previews, automated
--   browsers and most libraries are those of the list crawler-user-agents.
-- columns: client, requests, refused, refused_share, addresses, bytes
-- column: client; `browser`, `automated browser`, `bot`, `link preview`, `media player`, `library`
--   (an HTTP library or SDK, in a script or an app), `other`, or `none` without a User-Agent header
-- cost: low
-- needs: traffic
with agents_by_address as (
    select
        user_agent,
        c_ip,
        count(*) as requests,
        count_if(is_refused) as refused,
        sum(bytes) as bytes
    from requests
    group by 1, 2
),

numbered as (
    select
        *,
        -- CloudFront percent-encodes the header once more than the client did.
        coalesce(try(url_decode(replace(user_agent, '+', '%2B'))), user_agent) as agent,
        row_number() over (partition by user_agent order by c_ip) as place
    from agents_by_address
),

-- The patterns are long. Each name is compared with them once, however many requests it sent.
classified as (
    select
        *,
        case
            when place > 1 then null
            when agent is null then 'none'
            when regexp_like(agent, :automated_browser_agent_pattern) then 'automated browser'
            when regexp_like(agent, :link_preview_agent_pattern) then 'link preview'
            when regexp_like(agent, :media_player_agent_pattern) then 'media player'
            when regexp_like(agent, :crawler_agent_pattern) then 'bot'
            when regexp_like(agent, :library_agent_pattern) then 'library'
            when regexp_like(lower(agent), :unlisted_bot_agent_pattern) then 'bot'
            when agent like 'Mozilla/%' or agent like 'Opera/%' then 'browser'
            else 'other'
        end as client_here
    from numbered
),

clients as (
    select
        *,
        max(client_here) over (partition by user_agent) as client
    from classified
)

select
    client,
    cast(sum(requests) as bigint) as requests,
    cast(sum(refused) as bigint) as refused,
    round(cast(sum(refused) as double) / sum(requests), 4) as refused_share,
    count(distinct c_ip) as addresses,
    cast(sum(bytes) as bigint) as bytes
from clients
group by 1
order by 2 desc, 1
