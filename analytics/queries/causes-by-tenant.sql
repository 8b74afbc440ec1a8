-- question: Why were requests refused, by tenant whose path was asked for?
-- purpose: the first look at refusals: what kind, whose, since when, and how sure that is.
-- columns: tenant_in_path, cause, confidence, refusals, addresses, first_seen, last_seen
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
