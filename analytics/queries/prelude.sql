-- prelude: the relations that every query reads: requests, evidence, refusals.
-- One text for Athena, Trino and DuckDB; only the tables below it differ. Everything that a viewer sent is text
-- from a stranger: it is compared and never believed.
with log_window as (
    select
        x_edge_request_id,
        dt,
        cast("date" || ' ' || "time" as timestamp) as ts,
        nullif(c_ip, '-') as c_ip,
        nullif(c_country, '-') as c_country,
        nullif(asn, '-') as asn,
        cs_method as method,
        nullif(cs_user_agent, '-') as user_agent,
        nullif(cs_referer, '-') as referer,
        cs_protocol || '://' || x_host_header as base_url,
        -- CloudFront logs a path percent-encoded once more: one round gives what the viewer sent.
        try(url_decode(replace(cs_uri_stem, '+', '%2B'))) as raw_path,
        try_cast(sc_status as integer) as status,
        try_cast(nullif(sc_bytes, '-') as bigint) as bytes,
        try_cast(nullif(sc_content_len, '-') as bigint) as content_length,
        nullif(sc_content_type, '-') as content_type,
        x_edge_result_type as result_type,
        x_edge_response_result_type as response_result_type,
        nullif(x_edge_detailed_result_type, '-') as detailed_result_type,
        try_cast(nullif(time_to_first_byte, '-') as double) as first_byte_seconds,
        try_cast(nullif(time_taken, '-') as double) as taken_seconds,
        try_cast(nullif(origin_fbl, '-') as double) as origin_first_byte_seconds,
        nullif(cache_behavior_path_pattern, '-') as path_pattern,
        nullif(viewer_request_log_data, '-') as log_data
    from log_lines
    where dt between :from_partition and :to_partition
),

requests as (
    select
        *,
        nullif(regexp_extract(raw_path, '^/[tu]/([A-Za-z0-9][A-Za-z0-9_-]{0,62})(/|$)', 1), '') as tenant_in_path,
        -- The viewer went away: its request failed, but nobody refused it.
        coalesce(
            status = 0
            or detailed_result_type in ('ClientCommError', 'ClientHungUpRequest')
            or (result_type = 'Error' and response_result_type <> 'Error'),
            false
        ) as is_aborted
    from log_window
    where ts >= :from and ts < :to
),

-- A request may be logged twice, or by v1 and v2 side by side: it counts once.
evidence_text as (
    select
        x_edge_request_id,
        replace(coalesce(max(cs_cookie), '-'), '%20', ' ') as cookie,
        coalesce(max(cs_uri_query), '-') as query
    from evidence_lines
    where dt between :from_partition and :to_partition
    group by 1
),

-- What the viewer presented: a signed URL when any signing parameter is in the query, cookies otherwise.
presented as (
    select
        x_edge_request_id,
        query,
        case
            when regexp_like(query, '(^|&)(Expires|Policy|Signature|Key-Pair-Id|Hash-Algorithm)=')
                then nullif(regexp_extract(query, '(^|&)Key-Pair-Id=([^&]*)', 2), '')
            else nullif(regexp_extract(cookie, '(^|; *)CloudFront-Key-Pair-Id=([^;]*)', 2), '')
        end as key_pair_id,
        case
            when regexp_like(query, '(^|&)(Expires|Policy|Signature|Key-Pair-Id|Hash-Algorithm)=')
                then nullif(regexp_extract(query, '(^|&)Policy=([^&]*)', 2), '')
            else nullif(regexp_extract(cookie, '(^|; *)CloudFront-Policy=([^;]*)', 2), '')
        end as encoded_policy,
        case
            when regexp_like(query, '(^|&)(Expires|Policy|Signature|Key-Pair-Id|Hash-Algorithm)=')
                then nullif(regexp_extract(query, '(^|&)Signature=([^&]*)', 2), '')
            else nullif(regexp_extract(cookie, '(^|; *)CloudFront-Signature=([^;]*)', 2), '')
        end as encoded_signature,
        case
            when regexp_like(query, '(^|&)(Expires|Policy|Signature|Key-Pair-Id|Hash-Algorithm)=')
                then nullif(regexp_extract(query, '(^|&)Expires=([^&]*)', 2), '')
            else nullif(regexp_extract(cookie, '(^|; *)CloudFront-Expires=([^;]*)', 2), '')
        end as canned_expiry
    from evidence_text
),

decoded as (
    select
        x_edge_request_id,
        query,
        key_pair_id,
        encoded_policy,
        canned_expiry,
        replace(encoded_signature, '%7E', '~') as encoded_signature,
        try(from_utf8(from_base64(
            replace(replace(replace(replace(encoded_policy, '%7E', '~'), '-', '+'), '_', '='), '~', '/')
        ))) as policy
    from presented
),

evidence as (
    select
        x_edge_request_id,
        query,
        key_pair_id,
        encoded_signature,
        substr(encoded_signature, 1, 24) as fingerprint,
        encoded_policy is not null as has_policy,
        canned_expiry is not null as has_canned_expiry,
        nullif(regexp_extract(policy, '"Resource" *: *"([^"]*)"', 1), '') as resource,
        coalesce(
            try_cast(nullif(regexp_extract(policy, '"DateLessThan" *: *[{] *"AWS:EpochTime" *: *([0-9]+) *[}]', 1), '') as bigint),
            try_cast(canned_expiry as bigint)
        ) as not_after,
        try_cast(nullif(regexp_extract(policy, '"DateGreaterThan" *: *[{] *"AWS:EpochTime" *: *([0-9]+) *[}]', 1), '') as bigint) as not_before,
        nullif(regexp_extract(policy, '"AWS:SourceIp" *: *"([^"]*)"', 1), '') as source_range
    from decoded
)
,

accepted_signatures as (
    select distinct evidence.encoded_signature
    from requests
    inner join evidence on evidence.x_edge_request_id = requests.x_edge_request_id
    where requests.status < 400 and evidence.encoded_signature is not null
),

-- What CloudFront answers by itself, told apart by the length of its one-line XML bodies (docs/live-check.md).
refused as (
    select
        requests.*,
        evidence.key_pair_id,
        evidence.resource,
        evidence.not_after,
        evidence.not_before,
        evidence.source_range,
        evidence.has_policy,
        evidence.has_canned_expiry,
        evidence.fingerprint,
        evidence.x_edge_request_id is not null as has_evidence,
        accepted_signatures.encoded_signature is not null as proven,
        requests.content_type like 'text/xml%' and requests.origin_first_byte_seconds is null as by_signature_check,
        requests.base_url || requests.raw_path
        || case when coalesce(evidence.query, '-') = '-' then '' else '?' || evidence.query end as url,
        to_unixtime(requests.ts) as epoch,
        row_number() over (partition by requests.x_edge_request_id order by requests.origin_first_byte_seconds, requests.ts) as copy
    from requests
    left join evidence on evidence.x_edge_request_id = requests.x_edge_request_id
    left join accepted_signatures on accepted_signatures.encoded_signature = evidence.encoded_signature
    where requests.status = 403 and not requests.is_aborted
),

judged as (
    select
        *,
        -- A wildcard pattern as LIKE: what it refuses is outside; what it admits may still be.
        case
            when resource is null then null
            else not (
                url like replace(replace(replace(replace(replace(resource, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%'), '?', '_') escape '\'
            )
        end as is_outside,
        case
            when source_range is null then false
            when strpos(c_ip, ':') > 0 then true
            else coalesce(
                floor(
                    (
                        cast(split_part(c_ip, '.', 1) as double) * 16777216
                        + cast(split_part(c_ip, '.', 2) as double) * 65536
                        + cast(split_part(c_ip, '.', 3) as double) * 256
                        + cast(split_part(c_ip, '.', 4) as double)
                    ) / power(2, 32 - coalesce(try_cast(nullif(split_part(source_range, '/', 2), '') as integer), 32))
                ) <> floor(
                    (
                        cast(split_part(split_part(source_range, '/', 1), '.', 1) as double) * 16777216
                        + cast(split_part(split_part(source_range, '/', 1), '.', 2) as double) * 65536
                        + cast(split_part(split_part(source_range, '/', 1), '.', 3) as double) * 256
                        + cast(split_part(split_part(source_range, '/', 1), '.', 4) as double)
                    ) / power(2, 32 - coalesce(try_cast(nullif(split_part(source_range, '/', 2), '') as integer), 32))
                ),
                true
            )
        end as is_wrong_address
    from refused
    where copy = 1
),

named as (
    select
        *,
        case
            when detailed_result_type = 'ClientGeoBlocked' then 'geo_blocked'
            when by_signature_check and content_length = 146 then 'no_signature'
            when by_signature_check and content_length = 106 then 'unknown_key'
            when by_signature_check and content_length = 116 then 'malformed_policy'
            when by_signature_check and content_length = 131 then 'malformed_signature'
            when by_signature_check and content_length = 110 and has_evidence and not_after is not null
                then
                    case
                        when epoch >= not_after then 'expired'
                        when not_before is not null and epoch <= not_before then 'not_yet_valid'
                        when is_outside then 'outside_path'
                        when is_wrong_address then 'wrong_address'
                        else 'bad_signature_presumed'
                    end
            when content_type like 'application/xml%' then 'origin_refused'
            when origin_first_byte_seconds is not null then 'origin_refused'
            when detailed_result_type = 'InvalidRequestBlocked' then 'waf_blocked'
            when result_type = 'FunctionGeneratedResponse' and not regexp_like(raw_path, '//|%|[\\]|/[.][.]?(/|$)') then 'revoked'
            else 'denied_unspecified'
        end as cause
    from judged
),

refusals as (
    select
        x_edge_request_id,
        ts as "time",
        tenant_in_path,
        cause,
        case
            when cause in ('denied_unspecified') then 'cannot be known'
            when cause = 'geo_blocked' then 'certain'
            when cause = 'no_signature' and has_evidence and key_pair_id is null then 'certain'
            -- The log has the second in which the response ended; the decision was a moment before.
            when cause = 'expired' and epoch >= not_after + 2 then 'certain'
            when cause = 'not_yet_valid' and epoch <= not_before - 2 then 'certain'
            when cause in ('outside_path', 'wrong_address') then 'certain'
            else 'likely'
        end as confidence,
        proven,
        c_ip,
        c_country,
        asn,
        user_agent,
        referer,
        key_pair_id,
        fingerprint,
        resource,
        not_after,
        not_before,
        raw_path,
        epoch
    from named
)
