-- question: Which requests were refused, when, in whose path, why, and how sure is that?
-- purpose: one row per refused request: what every other question about causes builds on. `proven` says whether what was presented is known to be ours.
-- columns: x_edge_request_id, time, tenant_in_path, cause, confidence, proven
-- cost: high
-- needs: evidence
select
    x_edge_request_id,
    "time",
    tenant_in_path,
    cause,
    confidence,
    proven
from refusals
order by 2, 1
