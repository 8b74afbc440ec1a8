-- question: How many requests were refused in each hour, by cause?
-- purpose: the shape of a day: an attack stands out as a peak of one cause, lapsed tabs as a slope after working hours.
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
