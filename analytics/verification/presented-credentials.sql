-- question: Which credentials were presented with requests that CloudFront refused?
-- purpose: for offline verification; the answer holds what can be replayed and goes nowhere else.
-- parameters: top integer = 50000
-- columns: credentials_digest, url, key_pair_id, encoded_policy, canned_expiry, encoded_signature, hash_algorithm
-- cost: high
-- needs: evidence
with counted as (
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
    where credentials_digest is not null and answer in ('AccessDenied', 'unlisted') and not is_ambiguous
    group by 1
),

ranked as (
    select
        counted.*,
        row_number() over (order by refusals desc, credentials_digest) as position
    from counted
)

select
    credentials_digest,
    url,
    key_pair_id,
    encoded_policy,
    canned_expiry,
    encoded_signature,
    hash_algorithm
from ranked
where position <= :top
order by position
