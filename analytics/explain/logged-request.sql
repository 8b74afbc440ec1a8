-- question: What do the logs contain about one request?
-- purpose: Everything that an explanation needs. The answer contains cookies and signatures: it is
--   read by the program and never shown.
-- parameter: request_id text; id of the request
-- columns: x_edge_request_id, epoch, status, method, url, c_ip, has_evidence, key_pair_id,
--   encoded_policy, canned_expiry, encoded_signature, hash_algorithm, is_signed_url, resource,
--   not_before, not_after, fingerprint, answer, cause, confidence, proven, user_hash, people
-- cost: high
-- needs: grants
with grant_holders as (
    select
        fingerprint,
        key_pair_id,
        min(user_hash) as user_hash,
        count(distinct user_hash) as people
    from issued_grants
    where dt between :from_partition and :to_partition
    group by 1, 2
)

select
    signed.x_edge_request_id,
    cast(to_unixtime(signed.ts) as bigint) as epoch,
    signed.status,
    signed.method,
    signed.base_url || signed.raw_path || coalesce(
        '?' || nullif(
            coalesce(
                try(url_decode(replace(signed.cs_uri_query, '+', '%2B'))), signed.cs_uri_query
            ),
            '-'
        ),
        ''
    ) as url,
    signed.c_ip,
    signed.has_evidence,
    signed.key_pair_id,
    signed.encoded_policy,
    signed.canned_expiry,
    signed.encoded_signature,
    signed.hash_algorithm,
    regexp_like(
        signed.cs_uri_query, :signing_name_pattern
    ) as is_signed_url,
    signed.resource,
    signed.not_before,
    signed.not_after,
    signed.fingerprint,
    refusals.answer,
    refusals.cause,
    refusals.confidence,
    refusals.proven,
    grant_holders.user_hash,
    grant_holders.people
from signed
left join refusals on signed.x_edge_request_id = refusals.x_edge_request_id
left join grant_holders
    on
        signed.fingerprint = grant_holders.fingerprint
        and signed.key_pair_id = grant_holders.key_pair_id
where signed.x_edge_request_id = :request_id
order by signed.has_evidence desc, signed.origin_first_byte_seconds
limit 1
