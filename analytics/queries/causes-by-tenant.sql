-- question: Why were requests refused, for each tenant whose paths were asked for?
-- purpose: The first question to ask about refusals: which causes, for which tenant, since when,
--   and how sure the cause is.
-- columns: tenant_in_path, cause, confidence, refusals, addresses, first_seen, last_seen
-- column: tenant_in_path; tenant whose path was asked for; null outside of tenant paths
-- cost: high
-- needs: evidence
select
    tenant_in_path,
    cause,
    confidence,
    count(*) as refusals,
    count(distinct c_ip) as addresses,
    min("time") as first_seen,
    max("time") as last_seen
from refusals
group by 1, 2, 3
order by 4 desc, 1, 2, 3
