-- question: Which hours of this window have log lines?
-- purpose: An hour that is missing in the answer had no requests, or its logs are not there. The
--   report hatches it, so that it does not look quiet.
-- columns: hour, lines
-- column: hour; beginning of the hour, UTC
-- column: lines; number of log lines of all tenants
-- cost: low
-- needs: traffic
select
    date_trunc('hour', ts) as hour,
    count(*) as lines
from typed_lines
where ts >= :from and ts < :to
group by 1
order by 1
