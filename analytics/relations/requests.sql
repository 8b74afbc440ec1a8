-- Relation `requests`: one row for each line of the log, with typed columns. The file
-- analytics/relation-columns.ts describes every column of `requests`, `signed` and `refusals`. The
-- same text runs on Athena, Trino and DuckDB. Only the tables log_lines and evidence_lines differ.
-- Everything that a client sent is text from a stranger. It is compared with other text, never
-- trusted.
with
lines as (
    -- Both tables are read here and nowhere else, so that one condition on dt limits the hours of
    -- both.
    select
        from_table, dt, x_edge_request_id,
        "date", "time", x_edge_location, c_ip, asn, c_country, cs_method, cs_protocol,
        x_host_header, cs_uri_stem, cs_referer, cs_user_agent, sc_status, sc_bytes,
        sc_content_type, sc_content_len, sc_range_start, x_edge_result_type,
        x_edge_response_result_type, x_edge_detailed_result_type, time_to_first_byte, time_taken,
        origin_fbl, viewer_request_log_data, cs_uri_query, cs_cookie
    from (
        select
            'traffic' as from_table, dt, x_edge_request_id, "date", "time",
            x_edge_location, c_ip, asn, c_country, cs_method, cs_protocol, x_host_header,
            cs_uri_stem, cs_referer, cs_user_agent, sc_status, sc_bytes, sc_content_type,
            sc_content_len, sc_range_start, x_edge_result_type, x_edge_response_result_type,
            x_edge_detailed_result_type, time_to_first_byte, time_taken, origin_fbl,
            viewer_request_log_data,
            cast(null as varchar) as cs_uri_query, cast(null as varchar) as cs_cookie
        from log_lines
        union all
        select
            'evidence' as from_table, dt, x_edge_request_id, null as "date", null as "time",
            null as x_edge_location, null as c_ip, null as asn, null as c_country,
            null as cs_method, null as cs_protocol, null as x_host_header, null as cs_uri_stem,
            null as cs_referer, null as cs_user_agent, null as sc_status, null as sc_bytes,
            null as sc_content_type, null as sc_content_len, null as sc_range_start,
            null as x_edge_result_type, null as x_edge_response_result_type,
            null as x_edge_detailed_result_type, null as time_to_first_byte, null as time_taken,
            null as origin_fbl, null as viewer_request_log_data,
            cs_uri_query, cs_cookie
        from evidence_lines
    ) as both_tables
    where dt between :from_partition and :to_partition
),

-- The lines of the traffic table with types. A dash in the log means "no value" and becomes null.
typed_lines as (
    select
        -- A line without an id is a request of its own. Null is never equal to null, so such lines
        -- are neither joined with anything nor taken for copies of each other.
        nullif(nullif(x_edge_request_id, '-'), '') as x_edge_request_id,
        -- The id as it is logged, for joins: an engine compares a plain column already while it
        -- reads a file.
        x_edge_request_id as logged_id,
        dt,
        try_cast("date" || ' ' || "time" as timestamp) as ts,
        nullif(x_edge_location, '-') as edge_location,
        nullif(c_ip, '-') as c_ip,
        nullif(asn, '-') as asn,
        nullif(c_country, '-') as c_country,
        cs_method as method,
        nullif(cs_referer, '-') as referer,
        nullif(cs_user_agent, '-') as user_agent,
        cs_protocol || '://' || x_host_header as base_url,
        cs_uri_stem as logged_path,
        -- CloudFront percent-encodes the path once more than the client did. Decoding once gives
        -- what the client sent. url_decode of some engines turns + into a space, but the client
        -- sent a plus: + is protected.
        case
            when strpos(cs_uri_stem, '%') = 0 then cs_uri_stem
            else coalesce(try(url_decode(replace(cs_uri_stem, '+', '%2B'))), cs_uri_stem)
        end as raw_path,
        try_cast(sc_status as integer) as status,
        try_cast(nullif(sc_bytes, '-') as bigint) as bytes,
        nullif(sc_content_type, '-') as content_type,
        try_cast(nullif(sc_content_len, '-') as bigint) as content_length,
        try_cast(nullif(sc_range_start, '-') as bigint) as range_start,
        x_edge_result_type as result_type,
        x_edge_response_result_type as response_result_type,
        nullif(x_edge_detailed_result_type, '-') as detailed_result_type,
        try_cast(nullif(time_to_first_byte, '-') as double) as first_byte_seconds,
        try_cast(nullif(time_taken, '-') as double) as taken_seconds,
        try_cast(nullif(origin_fbl, '-') as double) as origin_first_byte_seconds,
        nullif(viewer_request_log_data, '-') as log_data
    from lines
    where from_table = 'traffic'
),

window_lines as (
    select
        *,
        -- The path as S3 reads it: decoded a second time, and + is a space. Null when the result is
        -- not text. core/tenancy/path-hygiene.ts has the same rule; both are tested with
        -- test/vectors/object-paths.json.
        case
            when strpos(raw_path, '%') = 0 then replace(raw_path, '+', ' ')
            else try(url_decode(replace(raw_path, '+', ' ')))
        end as decoded_path,
        coalesce(
            regexp_like(detailed_result_type, :origin_failure_pattern),
            false
        ) as is_origin_failure
    from typed_lines
    where ts >= :from and ts < :to
),

classified_lines as (
    select
        *,
        -- Tenant ids contain no character that CloudFront encodes, so logged_path holds them
        -- unchanged.
        nullif(
            regexp_extract(logged_path, :tenant_path_pattern, 1), ''
        ) as tenant_in_path,
        nullif(
            regexp_extract(decoded_path, '^/(t/[^/]+/f|u/[^/]+/[^/]+)/([^/]+)/', 2), ''
        ) as file_id,
        -- The first 24 bits of an IPv4 address or 48 bits of an IPv6 address: one household or
        -- office.
        case
            when strpos(c_ip, ':') > 0
                then
                    coalesce(nullif(split_part(split_part(c_ip, '::', 1), ':', 1), ''), '0') || ':'
                    || coalesce(nullif(split_part(split_part(c_ip, '::', 1), ':', 2), ''), '0')
                    || ':'
                    || coalesce(nullif(split_part(split_part(c_ip, '::', 1), ':', 3), ''), '0')
                    || '::/48'
            else
                split_part(c_ip, '.', 1) || '.' || split_part(c_ip, '.', 2) || '.'
                || split_part(c_ip, '.', 3) || '.0/24'
        end as network,
        -- The client closed the connection, and nobody refused the request. A refusal counts
        -- whether or not the client waited for its body: reading the status is enough to learn from
        -- it.
        coalesce(
            status in :no_answer_statuses
            or (
                status < 400
                and (
                    detailed_result_type in :client_left_types
                    -- The response began without an error and ended with one. Unless the origin
                    -- failed, the client closed the connection.
                    or (
                        result_type = 'Error' and response_result_type <> 'Error'
                        and not is_origin_failure
                    )
                )
            ),
            false
        ) as is_aborted,
        -- Whether every reader understands the path in the same way. viewer-guard refuses other
        -- paths; core/tenancy/path-hygiene.ts has the same rule.
        case
            -- Most paths have only these characters and need no other look.
            when not regexp_like(raw_path, '[^A-Za-z0-9/._-]|/[./]') then true
            when decoded_path is null then false
            else not regexp_like(
                    raw_path,
                    '//|[\\]|%(2[fF]|5[cC])|%($|[^0-9A-Fa-f]|[0-9A-Fa-f]($|[^0-9A-Fa-f]))'
                    || '|^/[^/]*%|^/[tu]/[^/]*%|^/u/[^/]*/[^/]*%'
                )
                and not regexp_like(
                    decoded_path, '/[.][.]?(/|;|$)|/;|\p{Cc}|%[0-9A-Fa-f][0-9A-Fa-f]'
                )
        end as is_plain_path
    from window_lines
),

all_requests as (
    select
        *,
        -- A preflight is sent without cookies and asks for no content: its refusal is not the
        -- refusal of a tenant.
        coalesce(
            status = 403 and coalesce(method, '-') <> :preflight_method, false
        ) as is_refused,
        -- Refusals with those of preflights.
        coalesce(status = 403, false) as is_denied,
        -- The response was served from a path that needs a signature, so the signature was valid. A
        -- custom error page can have any status and does not count.
        case
            when
                status in (200, 206, 304) and method in ('GET', 'HEAD')
                and coalesce(response_result_type, result_type, '-') <> 'Error'
                and tenant_in_path is not null
                then is_plain_path
            else false
        end as is_accepted
    from classified_lines
),

-- The tenant is chosen only here and in `signed` and `refusals`, after everything else is known: a
-- grant may be proven by a line of another tenant.
requests as (
    select
        x_edge_request_id, ts, method, base_url, logged_path, raw_path, decoded_path,
        tenant_in_path, file_id, status, bytes, range_start, content_type, content_length,
        result_type, response_result_type, detailed_result_type, first_byte_seconds,
        taken_seconds, origin_first_byte_seconds, edge_location, c_ip, network, asn, c_country,
        referer, user_agent, log_data, is_accepted, is_refused, is_aborted, is_origin_failure,
        is_plain_path
    from all_requests
    where (:tenant = '-' or :tenant = tenant_in_path)
)

select *
from requests
