-- question: Which keys are still in use, and from when on can each be retired without refusing anybody?
-- purpose: `safe_from` is the latest expiry of what was accepted in the window: choose one as long as the longest grant, after the last signature with the key; grants that nobody used yet are not in it. A row without a key id is what was accepted with a key that the logs do not name: while there is one, no key is known to be safe.
-- columns: key_pair_id, accepted, refused_as_unknown, grants, tenants, addresses, last_accepted, safe_from
-- cost: high
-- needs: evidence
select
    key_pair_id,
    count_if(is_accepted) as accepted,
    count_if(is_refused and content_length = 106) as refused_as_unknown,
    count(distinct case when is_accepted then fingerprint end) as grants,
    count(distinct case when is_accepted then tenant_in_path end) as tenants,
    count(distinct case when is_accepted then c_ip end) as addresses,
    max(case when is_accepted then ts end) as last_accepted,
    -- A time after the year 2100 is no time that anybody meant.
    timestamp '1970-01-01 00:00:00'
    + max(case when is_accepted and not_after between 0 and 4102444800 then not_after end) * interval '1' second as safe_from
from signed
where is_accepted or (is_refused and key_pair_id is not null)
group by 1
order by 2 desc, 1
