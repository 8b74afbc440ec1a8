-- question: What do the logs of each hour lack: whole hours, readable times, evidence, known answers?
-- purpose: The last row is the end of the window: a delivery that died shows as empty hours before it, and so do hours
--   in which nobody asked, hours to come, and the hour, or at most the day, by which logs are late. What was accepted
--   came with a signature: `accepted_without_evidence` is what the evidence delivery lacks. CloudFront logs nothing at
--   all for URLs over 8,192 bytes and headers over 20 KB.
-- columns: hour, empty_hours_before, requests, aborted, refused, without_evidence, without_credentials, accepted_without_evidence, unlisted_answers, unreadable_times
-- cost: high
-- needs: evidence
with bounds as (
    select
        :from as begins,
        :to as ends
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
    from log_window
    cross join bounds
    where ts is null or (ts >= begins and ts < ends)
    group by 1
),

counted as (
    select
        logged.hour,
        case when logged.hour is null then lines else 0 end as unreadable,
        coalesce(requests, 0) as requests,
        coalesce(aborted, 0) as aborted,
        coalesce(refused, 0) as refused,
        coalesce(without_evidence, 0) as without_evidence,
        coalesce(without_credentials, 0) as without_credentials,
        coalesce(accepted_without_evidence, 0) as accepted_without_evidence,
        coalesce(unlisted_answers, 0) as unlisted_answers
    from logged
    left join hourly on hourly.hour = logged.hour
    union all
    select date_trunc('hour', ends - interval '1' second) + interval '1' hour, 0, null, null, null, null, null, null, null
    from bounds
),

compared as (
    select
        counted.*,
        to_unixtime(hour) - coalesce(
            lag(to_unixtime(hour)) over (order by hour nulls last),
            to_unixtime(date_trunc('hour', begins)) - 3600
        ) as seconds_since_last,
        sum(unreadable) over () as unreadable_times
    from counted
    cross join bounds
)

select
    hour,
    cast(round(seconds_since_last / 3600) as bigint) - 1 as empty_hours_before,
    requests,
    aborted,
    refused,
    without_evidence,
    without_credentials,
    accepted_without_evidence,
    unlisted_answers,
    unreadable_times
from compared
where hour is not null
order by 1
