-- question: What do the logs of each hour lack: any line at all, readable times, evidence, known answers?
-- purpose: Every hour of the window has a row. `lines` are those of all tenants: where there are none, a delivery died, or
--   nobody asked, or the logs are still to come: they are late by an hour as a rule, and by a day at most. What was
--   accepted came with a signature: `accepted_without_evidence` is what the evidence delivery lacks. CloudFront logs
--   nothing at all for URLs over 8,192 bytes and headers over 20 KB.
-- columns: hour, lines, requests, aborted, refused, without_evidence, without_credentials, accepted_without_evidence, unlisted_answers, unreadable_times
-- cost: high
-- needs: evidence
with digits as (
    select digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as given (digit)
),

-- Hours that have no line stand in no table, so they are counted from the first day on, for 270 years.
days as (
    select
        timestamp '1970-01-01 00:00:00'
        + (
            ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit + 10000 * myriads.digit
        ) * interval '1' day as day
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    cross join digits as myriads
),

hours as (
    select day + (ones.digit + 10 * tens.digit) * interval '1' hour as hour
    from days
    cross join digits as ones
    cross join digits as tens
    where day + interval '1' day > :from and day < :to and ones.digit + 10 * tens.digit < 24
),

hourly as (
    select
        date_trunc('hour', ts) as hour,
        count(*) as requests,
        count_if(is_aborted) as aborted,
        count_if(is_refused) as refused,
        count_if(is_refused and not has_evidence) as without_evidence,
        count_if(is_refused and key_pair_id is null) as without_credentials,
        count_if(is_accepted and not has_evidence) as accepted_without_evidence,
        count_if(
            is_refused and content_type like 'text/xml%' and coalesce(content_length, 0) not in (106, 110, 116, 131, 146)
        ) as unlisted_answers
    from signed
    group by 1
),

-- Of every tenant: no delivery ends where one of them sleeps.
logged as (
    select
        date_trunc('hour', ts) as hour,
        count(*) as lines
    from typed_lines
    where ts >= :from and ts < :to
    group by 1
),

unreadable as (
    select count(*) as unreadable_times
    from typed_lines
    where ts is null
)

select
    hours.hour,
    coalesce(lines, 0) as lines,
    coalesce(requests, 0) as requests,
    coalesce(aborted, 0) as aborted,
    coalesce(refused, 0) as refused,
    coalesce(without_evidence, 0) as without_evidence,
    coalesce(without_credentials, 0) as without_credentials,
    coalesce(accepted_without_evidence, 0) as accepted_without_evidence,
    coalesce(unlisted_answers, 0) as unlisted_answers,
    unreadable_times
from hours
left join logged on logged.hour = hours.hour
left join hourly on hourly.hour = hours.hour
cross join unreadable
where hours.hour + interval '1' hour > :from and hours.hour < :to
order by 1
