-- question: How many requests were refused in each hour, by cause?
-- purpose: An attack or a broken release is a peak of one cause. Sessions that end after working
--   hours are a slow rise of `expired` or `no_signature`.
-- columns: hour, cause, refusals, addresses
-- cost: high
-- needs: evidence
select
    date_trunc('hour', "time") as hour,
    cause,
    count(*) as refusals,
    count(distinct c_ip) as addresses
from refusals
group by 1, 2
order by 1, 2
