-- question: Who came with one tenant's grant and asked for another tenant's path?
-- purpose: Unless `proven`, the grant may be a text that anybody wrote: then it accuses nobody. What is proven comes first.
-- columns: tenant_in_policy, tenant_in_path, c_ip, proven, attempts, paths, grants, first_seen, last_seen
-- cost: high
-- needs: evidence
with probes as (
    select
        refusals.*,
        nullif(regexp_extract(resource, '^[a-z*]+://[^/]+/[tu]/([A-Za-z0-9][A-Za-z0-9_-]{0,62})/', 1), '') as tenant_in_policy
    from refusals
    -- A grant that ended is refused for that first, and is no less another tenant's.
    where cause = 'outside_path' or (cause in ('expired', 'not_yet_valid') and is_outside)
)

select
    tenant_in_policy,
    tenant_in_path,
    c_ip,
    proven,
    count(*) as attempts,
    count(distinct raw_path) as paths,
    count(distinct fingerprint) as grants,
    min("time") as first_seen,
    max("time") as last_seen
from probes
where tenant_in_policy is not null and tenant_in_path is not null and tenant_in_policy <> tenant_in_path
group by 1, 2, 3, 4
order by 4 desc, 5 desc, 1, 2, 3
