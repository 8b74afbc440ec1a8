-- question: Which credentials did refused requests present?
-- purpose: For the verification with public keys. The answer contains cookies and signatures: it is
--   read by the program and never shown.
-- parameter: top integer = 50000; largest number of credentials, those that came most often first
-- columns: credentials_digest, url, key_pair_id, encoded_policy, canned_expiry, encoded_signature,
--   hash_algorithm
-- cost: high
-- needs: evidence
with counted_credentials as (
    select
        credentials_digest,
        max(url) as url,
        max(key_pair_id) as key_pair_id,
        max(encoded_policy) as encoded_policy,
        max(canned_expiry) as canned_expiry,
        max(encoded_signature) as encoded_signature,
        max(hash_algorithm) as hash_algorithm,
        count(*) as refusals
    from refusals_with_answers
    where
        credentials_digest is not null
        and answer in ('AccessDenied', 'unlisted')
        and not is_ambiguous
    group by 1
),

ranked_credentials as (
    select
        counted_credentials.*,
        row_number() over (order by refusals desc, credentials_digest) as position
    from counted_credentials
)

select
    credentials_digest,
    url,
    key_pair_id,
    encoded_policy,
    canned_expiry,
    encoded_signature,
    hash_algorithm
from ranked_credentials
where position <= :top
order by position
