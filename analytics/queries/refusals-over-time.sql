-- question: How many requests were refused in each hour, by cause?
-- purpose: An attack or a broken release is a peak of one cause. Sessions that end after working
--   hours are a slow rise of `no_signature`. A rise of `expired` comes from scripts, kept links or
--   replays: browsers drop the cookies of a grant that has ended.
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
