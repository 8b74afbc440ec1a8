-- question: Who opened a file, or what did a person open?
-- purpose: `sure` says whether the grant is on record for one person, for a set of people, or not at all. The method HEAD asks for size and type: no content was sent.
-- parameters: file_id text = -, path text = -, user_hash text = -
-- columns: time, path, method, status, c_ip, c_country, user_agent, fingerprint, sure, user_hash, actor_hash, scope, issued_at
-- cost: high
-- needs: grants
with issued as (
    select
        fingerprint,
        key_pair_id,
        user_hash,
        actor_hash,
        scope,
        min("time") as issued_at
    from issued_grants
    where dt between :from_partition and :to_partition
    group by 1, 2, 3, 4, 5
),

attributed as (
    select
        issued.*,
        min(user_hash) over (partition by fingerprint, key_pair_id)
        = max(user_hash) over (partition by fingerprint, key_pair_id) as is_one_person
    from issued
),

opened as (
    -- A request that was logged twice opened the file once.
    select distinct
        signed.x_edge_request_id,
        signed.ts as "time",
        signed.raw_path as path,
        signed.method,
        signed.status,
        signed.c_ip,
        signed.c_country,
        signed.user_agent,
        signed.fingerprint,
        case
            when attributed.user_hash is null then 'cannot be known'
            when attributed.is_one_person then 'one person'
            else 'a set of people'
        end as sure,
        attributed.user_hash,
        attributed.actor_hash,
        attributed.scope,
        attributed.issued_at
    from signed
    left join attributed on attributed.fingerprint = signed.fingerprint and attributed.key_pair_id = signed.key_pair_id
    where
        signed.is_accepted
        and :file_id in ('-', signed.file_id)
        -- One file has many spellings, and all of them open it.
        and coalesce(try(url_decode(replace(:path, '+', '%2B'))), :path) in ('-', signed.decoded_path)
        and :user_hash in ('-', attributed.user_hash)
)

select
    "time",
    path,
    method,
    status,
    c_ip,
    c_country,
    user_agent,
    fingerprint,
    sure,
    user_hash,
    actor_hash,
    scope,
    issued_at
from opened
order by 1, x_edge_request_id, 10, 11, 12
