-- question: Which keys are still in use, and when can each be retired without refusing anybody?
-- purpose: `safe_from` is the latest end of all grants that were accepted in the window. Choose a
--   window that is as long as the longest grant and begins after the last signature with the key.
--   Grants that nobody has used yet are not known. A row without a key id counts requests that were
--   accepted, or refused as unknown, with a key that the logs do not name: as long as some were
--   accepted, no key is safe to retire, and refusals in it can be of any key. Without evidence, the
--   key of a refusal is known only if viewer-guard runs before the signature check.
-- columns: key_pair_id, accepted, refused_as_unknown, grants, tenants, addresses, last_accepted,
--   safe_from
-- column: accepted; number of accepted requests with the key
-- column: refused_as_unknown; number of requests that were refused because the key was not trusted
-- column: last_accepted; time of the last accepted request, UTC
-- column: safe_from; end of the last known grant, UTC
-- cost: high
-- needs: evidence
with signed_requests as (
    select
        signed.*,
        coalesce(
            is_refused and content_type like 'text/xml%' and content_length = :invalid_key_bytes,
            false
        ) as is_unknown_key
    from signed
)

select
    key_pair_id,
    count_if(is_accepted) as accepted,
    count_if(is_unknown_key) as refused_as_unknown,
    count(distinct case when is_accepted then fingerprint end) as grants,
    count(distinct case when is_accepted then tenant_in_path end) as tenants,
    count(distinct case when is_accepted then c_ip end) as addresses,
    max(case when is_accepted then ts end) as last_accepted,
    -- Times after the year 2100 are mistakes and are left out.
    timestamp '1970-01-01 00:00:00'
    + max(
        case when is_accepted and not_after between 0 and 4102444800 then not_after end
    ) * interval '1' second as safe_from
from signed_requests
where is_accepted or is_unknown_key or (is_refused and key_pair_id is not null)
group by 1
order by 2 desc, 1
