-- question: Which requests were refused, when, for which tenant's path, why, and how sure is the
--   cause?
-- purpose: One row for each refused request. The other questions about causes summarise these rows.
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
order by 2, 1, 3, 4, 5, 6
