-- question: When did the origin or CloudFront itself fail, for how long, and how?
-- purpose: One row for each outage: hours that follow each other, with the same status and the same
--   kind of failure. Many edge locations mean a broken origin, one means trouble there. When the
--   origin stops in the middle of a response, the status is the one with which the response began.
--   A custom error page with another status hides the failure.
-- columns: first_seen, last_seen, status, detailed_result_type, requests, edge_locations,
--   top_edge_location, tenants, addresses
-- column: edge_locations; number of edge locations that saw the failure
-- column: top_edge_location; the edge location with the most failures
-- cost: low
-- needs: traffic
with failed_requests as (
    select
        date_trunc('hour', ts) as hour,
        ts,
        status,
        coalesce(detailed_result_type, '-') as kind,
        edge_location,
        tenant_in_path,
        c_ip
    from requests
    where
        (status >= 500 and not is_aborted)
        or (status < 400 and is_origin_failure)
),

failed_hours as (
    select
        hour,
        status,
        kind,
        -- Hours that follow each other have the same difference to their number in the list.
        to_unixtime(hour) / 3600
        - row_number() over (partition by status, kind order by hour) as outage
    from failed_requests
    group by 1, 2, 3
),

failures_by_outage as (
    select
        failed_requests.*,
        failed_hours.outage
    from failed_requests
    inner join failed_hours
        on
            failed_requests.hour = failed_hours.hour
            and failed_requests.status = failed_hours.status
            and failed_requests.kind = failed_hours.kind
),

ranked_locations as (
    select
        outage,
        status,
        kind,
        edge_location,
        row_number() over (
            partition by outage, status, kind order by count(*) desc, edge_location
        ) as position
    from failures_by_outage
    group by 1, 2, 3, 4
),

outages as (
    select
        outage,
        status,
        kind,
        min(ts) as first_seen,
        max(ts) as last_seen,
        count(*) as requests,
        count(distinct edge_location) as edge_locations,
        count(distinct tenant_in_path) as tenants,
        count(distinct c_ip) as addresses
    from failures_by_outage
    group by 1, 2, 3
)

select
    outages.first_seen,
    outages.last_seen,
    outages.status,
    nullif(outages.kind, '-') as detailed_result_type,
    outages.requests,
    outages.edge_locations,
    ranked_locations.edge_location as top_edge_location,
    outages.tenants,
    outages.addresses
from outages
inner join ranked_locations
    on
        outages.outage = ranked_locations.outage
        and outages.status = ranked_locations.status
        and outages.kind = ranked_locations.kind
        and ranked_locations.position = 1
order by 1, 5 desc, 3, 4
