-- question: Who presented a grant of one tenant for a path of another tenant?
-- purpose: Proven rows come first. When `proven` is false, anybody may have written the grant, and
--   it is not known who it belongs to: accuse nobody.
-- columns: tenant_in_policy, tenant_in_path, c_ip, proven, attempts, paths, grants, first_seen,
--   last_seen
-- column: tenant_in_policy; tenant in the resource of the grant
-- column: tenant_in_path; tenant whose path was asked for
-- column: attempts; number of refused requests
-- requires: x-edge-request-id, x-host-header, cs-protocol
-- cost: high
-- needs: evidence
with probes as (
    select
        refusals.*,
        nullif(regexp_extract(resource, :tenant_address_pattern, 1), '') as tenant_in_policy
    from refusals
    -- The cause of a grant that has ended is its end, even when it is a grant of another tenant.
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
where
    tenant_in_policy is not null
    and tenant_in_path is not null
    and tenant_in_policy <> tenant_in_path
group by 1, 2, 3, 4
order by 4 desc, 5 desc, 1, 2, 3
