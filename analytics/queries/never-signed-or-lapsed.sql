-- question: Were those who came without a signature ever let in: before, afterwards, or never?
-- purpose: tells a login that was never made, or came late, from cookies that went away; an address that was let in before the window counts as not let in before.
-- columns: tenant_in_path, story, addresses, refusals, first_seen, last_seen
-- cost: high
-- needs: evidence
with unsigned as (
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

accepted as (
    select
        tenant_in_path,
        c_ip,
        min(ts) as first_accepted,
        max(ts) as last_accepted
    from requests
    where is_accepted
    group by 1, 2
),

told as (
    select
        unsigned.*,
        case
            when accepted.first_accepted is null then 'never let in'
            when accepted.first_accepted >= unsigned.first_refused then 'asked before logging in'
            when accepted.last_accepted <= unsigned.last_refused then 'let in before: lapsed'
            else 'let in before and afterwards'
        end as story
    from unsigned
    left join accepted on accepted.c_ip = unsigned.c_ip and accepted.tenant_in_path = unsigned.tenant_in_path
)

select
    tenant_in_path,
    story,
    count(*) as addresses,
    sum(refusals) as refusals,
    min(first_refused) as first_seen,
    max(last_refused) as last_seen
from told
group by 1, 2
order by 4 desc, 1, 2
