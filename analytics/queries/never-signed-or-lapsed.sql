-- question: Was an address that came without a signature ever accepted: before, afterwards, or
--   never?
-- purpose: Separates clients that never logged in, or logged in late, from clients whose cookies
--   went away. A tab that was left open is here, as `let in before: lapsed`: a browser drops the
--   cookies when the grant ends (Max-Age). Requests before the window are not known.
-- columns: tenant_in_path, story, addresses, refusals, first_seen, last_seen
-- column: story; `never let in`, `asked before logging in`, `let in before: lapsed` (not accepted
--   afterwards), or `let in before and afterwards`
-- requires: sc-content-type, sc-content-len
-- cost: high
-- needs: evidence
with unsigned_clients as (
    select
        tenant_in_path,
        c_ip,
        count(*) as refusals,
        min("time") as first_refused,
        max("time") as last_refused
    from refusals
    where cause = 'no_signature'
    group by 1, 2
),

accepted_clients as (
    select
        tenant_in_path,
        c_ip,
        min(ts) as first_accepted,
        max(ts) as last_accepted
    from requests
    where is_accepted
    group by 1, 2
),

client_stories as (
    select
        unsigned_clients.*,
        case
            when accepted_clients.first_accepted is null then 'never let in'
            when accepted_clients.first_accepted >= unsigned_clients.first_refused
                then 'asked before logging in'
            when accepted_clients.last_accepted <= unsigned_clients.last_refused
                then 'let in before: lapsed'
            else 'let in before and afterwards'
        end as story
    from unsigned_clients
    left join accepted_clients
        on
            unsigned_clients.c_ip = accepted_clients.c_ip
            and unsigned_clients.tenant_in_path = accepted_clients.tenant_in_path
)

select
    tenant_in_path,
    story,
    count(*) as addresses,
    sum(refusals) as refusals,
    min(first_refused) as first_seen,
    max(last_refused) as last_seen
from client_stories
group by 1, 2
order by 4 desc, 1, 2
