-- question: Who opened a file, or which files did a person or a grant open?
-- purpose: Give one of the four parameters, or several to narrow the answer. The value `-` means
--   any. A HEAD request asks only for size and type: no content was sent.
-- parameter: file_id text = -; id of the file, as it stands in its path
-- parameter: path text = -; path of the file, in any spelling that opens it
-- parameter: user_hash text = -; hash of the person, from the issuance records
-- parameter: fingerprint text = -; fingerprint of the grant: the first characters of its signature
-- columns: time, path, method, status, c_ip, c_country, user_agent, fingerprint, sure, user_hash,
--   actor_hash, scope, issued_at
-- column: time; time at which the response ended, UTC
-- column: path; path as the client sent it
-- column: sure; `one person`, `a set of people` that share the grant, or `cannot be known`
-- column: user_hash; hash of token issuer and subject
-- column: actor_hash; hash of the person who acted for the user; null when nobody did
-- column: scope; path that the grant opens
-- column: issued_at; when the grant was issued
-- cost: high
-- needs: grants
with issued_by_grant as (
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

attributed_grants as (
    select
        issued_by_grant.*,
        min(user_hash) over (partition by fingerprint, key_pair_id)
        = max(user_hash) over (partition by fingerprint, key_pair_id) as is_one_person
    from issued_by_grant
),

opened_files as (
    select
        signed.x_edge_request_id,
        signed.ts as "time",
        signed.raw_path as path,
        signed.method,
        signed.status,
        signed.c_ip,
        signed.c_country,
        -- CloudFront percent-encodes the header.
        coalesce(
            try(url_decode(replace(signed.user_agent, '+', '%2B'))), signed.user_agent
        ) as user_agent,
        signed.fingerprint,
        case
            when attributed_grants.user_hash is null then 'cannot be known'
            when attributed_grants.is_one_person then 'one person'
            else 'a set of people'
        end as sure,
        attributed_grants.user_hash,
        attributed_grants.actor_hash,
        attributed_grants.scope,
        attributed_grants.issued_at
    from signed
    left join attributed_grants
        on
            signed.fingerprint = attributed_grants.fingerprint
            and signed.key_pair_id = attributed_grants.key_pair_id
    where
        signed.is_accepted
        and :file_id in ('-', signed.file_id)
        -- The same file can be asked for in many spellings: the decoded paths are compared.
        and coalesce(try(url_decode(replace(:path, '+', ' '))), :path)
        in ('-', signed.decoded_path)
        and :user_hash in ('-', attributed_grants.user_hash)
        and :fingerprint in ('-', signed.fingerprint)
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
from opened_files
order by 1, x_edge_request_id, 2, 5, 7, 3, 4, 8, 10, 11, 12, 13
