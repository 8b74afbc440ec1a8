-- question: What is missing in the logs of each hour: all lines, readable times, evidence, known
--   error bodies?
-- purpose: Every hour of the window has a row. An hour with 0 `lines` had no requests, or its logs
--   are not there: they usually arrive within an hour, at the latest after a day, or the delivery
--   has stopped. Accepted requests always had a signature, so `accepted_without_evidence` counts
--   requests that the evidence delivery lacks. CloudFront never logs URLs over 8,192 bytes or
--   headers over 20 KB.
-- columns: hour, lines, without_id, requests, aborted, refused, without_evidence,
--   without_credentials, accepted_without_evidence, unlisted_answers, unreadable_times
-- column: lines; number of log lines of all tenants
-- column: aborted; number of requests whose client closed the connection
-- column: requests; number of requests; copies of a line count once, so there can be fewer than
--   `lines`
-- column: without_id; lines of all tenants without a request id: evidence cannot be joined with
--   them
-- column: without_evidence; refused requests that have no line in the evidence
-- column: without_credentials; refused requests without a known key id: none was sent, or it is not
--   in the logs
-- column: accepted_without_evidence; accepted requests for which no cookies or query string were
--   logged
-- column: unlisted_answers; refused requests whose XML body has a length that is not known
-- column: unreadable_times; lines of the whole window whose date and time cannot be read; the same
--   in every row
-- cost: high
-- needs: evidence
with digits as (
    select digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as given (digit)
),

-- An hour without lines is in no table. The hours are made from numbers: 100,000 days since 1970.
days as (
    select
        timestamp '1970-01-01 00:00:00'
        + (
            ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit
            + 10000 * ten_thousands.digit
        ) * interval '1' day as day
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    cross join digits as ten_thousands
),

hours as (
    select days.day + (ones.digit + 10 * tens.digit) * interval '1' hour as hour
    from days
    cross join digits as ones
    cross join digits as tens
    where
        days.day + interval '1' day > :from
        and days.day < :to
        and ones.digit + 10 * tens.digit < 24
),

hourly_requests as (
    select
        date_trunc('hour', ts) as hour,
        count(*) as requests,
        count_if(is_aborted) as aborted,
        count_if(is_refused) as refused,
        count_if(is_refused and not is_in_evidence) as without_evidence,
        count_if(is_refused and key_pair_id is null) as without_credentials,
        count_if(is_accepted and not has_evidence) as accepted_without_evidence,
        count_if(
            is_refused
            and content_type like 'text/xml%'
            and coalesce(content_length, 0) not in :error_body_bytes
        ) as unlisted_answers
    from signed
    group by 1
),

-- Lines of all tenants: a tenant without requests does not mean that the delivery has stopped.
hourly_lines as (
    select
        date_trunc('hour', ts) as hour,
        count(*) as lines,
        count_if(x_edge_request_id is null) as without_id
    from typed_lines
    where ts >= :from and ts < :to
    group by 1
),

unreadable_lines as (
    select count(*) as unreadable_times
    from typed_lines
    where ts is null
)

select
    hours.hour,
    coalesce(hourly_lines.lines, 0) as lines,
    coalesce(hourly_lines.without_id, 0) as without_id,
    coalesce(hourly_requests.requests, 0) as requests,
    coalesce(hourly_requests.aborted, 0) as aborted,
    coalesce(hourly_requests.refused, 0) as refused,
    coalesce(hourly_requests.without_evidence, 0) as without_evidence,
    coalesce(hourly_requests.without_credentials, 0) as without_credentials,
    coalesce(hourly_requests.accepted_without_evidence, 0) as accepted_without_evidence,
    coalesce(hourly_requests.unlisted_answers, 0) as unlisted_answers,
    unreadable_lines.unreadable_times
from hours
left join hourly_lines on hours.hour = hourly_lines.hour
left join hourly_requests on hours.hour = hourly_requests.hour
cross join unreadable_lines
where hours.hour + interval '1' hour > :from and hours.hour < :to
order by 1
