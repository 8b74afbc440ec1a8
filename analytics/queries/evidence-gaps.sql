-- question: What do the logs of each hour lack: whole hours, readable times, evidence, known answers?
-- purpose: CloudFront logs nothing at all for URLs over 8,192 bytes and headers over 20 KB.
-- columns: hour, empty_hours_before, requests, aborted, refused, without_evidence, without_credentials, unlisted_answers, unreadable_times
-- cost: high
-- needs: evidence
with hourly as (
    select
        date_trunc('hour', ts) as hour,
        count(*) as requests,
        count_if(is_aborted) as aborted,
        count_if(is_refused) as refused,
        count_if(is_refused and not has_evidence) as without_evidence,
        count_if(is_refused and key_pair_id is null) as without_credentials,
        count_if(
            is_refused and content_type like 'text/xml%' and coalesce(content_length, 0) not in (106, 110, 116, 131, 146)
        ) as unlisted_answers
    from signed
    group by 1
),

unreadable as (
    select count(*) as lines
    from log_window
    where ts is null
)

select
    hour,
    cast(round(to_unixtime(hour) - lag(to_unixtime(hour)) over (order by hour)) / 3600 as bigint) - 1 as empty_hours_before,
    requests,
    aborted,
    refused,
    without_evidence,
    without_credentials,
    unlisted_answers,
    unreadable.lines as unreadable_times
from hourly
cross join unreadable
order by 1
