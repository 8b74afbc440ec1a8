-- prelude: the relations that every query reads.
--   requests  one row per logged request, typed
--   signed    the same with what was presented: key id, resource, times, fingerprint
--   refusals  one row per refused request, with cause, confidence and proven
-- One text for Athena, Trino and DuckDB; only the tables below it differ. Everything that a viewer sent is text
-- from a stranger: it is compared and never believed.
with lines as (
    -- The hours stand here once for both tables: whatever the engine, it opens no others.
    select *
    from (
        select
            'traffic' as from_table, dt, x_edge_request_id, "date", "time",
            x_edge_location, c_ip, asn, c_country, cs_method, cs_protocol, x_host_header, cs_uri_stem,
            cs_referer, cs_user_agent, sc_status, sc_bytes, sc_content_type, sc_content_len, sc_range_start,
            x_edge_result_type, x_edge_response_result_type, x_edge_detailed_result_type,
            time_to_first_byte, time_taken, origin_fbl, viewer_request_log_data,
            cast(null as varchar) as cs_uri_query, cast(null as varchar) as cs_cookie
        from log_lines
        union all
        select
            'evidence', dt, x_edge_request_id, null, null,
            null, null, null, null, null, null, null, null,
            null, null, null, null, null, null, null,
            null, null, null,
            null, null, null, null,
            cs_uri_query, cs_cookie
        from evidence_lines
    ) as both_tables
    where dt between :from_partition and :to_partition
),

log_window as (
    select
        x_edge_request_id,
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
        -- CloudFront logs a path percent-encoded once more: one round gives what the viewer sent.
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

pathed as (
    select
        *,
        -- What the origin reads, one round further: null where that is no text.
        case
            when strpos(raw_path, '%') = 0 then raw_path
            else try(url_decode(replace(raw_path, '+', '%2B')))
        end as decoded_path,
        coalesce(detailed_result_type = 'AbortedOrigin' or detailed_result_type like 'Origin%Error', false) as is_origin_failure
    from log_window
    where ts >= :from and ts < :to
),

described as (
    select
        *,
        -- No escape is part of it, so it stands in the log as the viewer sent it.
        nullif(regexp_extract(logged_path, '^/[tu]/([A-Za-z0-9][A-Za-z0-9_-]{0,62})(/|$)', 1), '') as tenant_in_path,
        nullif(regexp_extract(decoded_path, '^/(t/[^/]+/f|u/[^/]+/[^/]+)/([^/]+)/', 2), '') as file_id,
        -- /24 or /48: as much of an address as one household or office has.
        case
            when strpos(c_ip, ':') > 0
                then coalesce(nullif(split_part(split_part(c_ip, '::', 1), ':', 1), ''), '0')
                    || ':' || coalesce(nullif(split_part(split_part(c_ip, '::', 1), ':', 2), ''), '0')
                    || ':' || coalesce(nullif(split_part(split_part(c_ip, '::', 1), ':', 3), ''), '0') || '::/48'
            else split_part(c_ip, '.', 1) || '.' || split_part(c_ip, '.', 2) || '.' || split_part(c_ip, '.', 3) || '.0/24'
        end as network,
        -- The viewer went away: its request failed, but nobody refused it.
        coalesce(
            status = 0
            or detailed_result_type in ('ClientCommError', 'ClientHungUpRequest')
            -- A response that began well and failed: the viewer ended it, unless the origin did.
            or (result_type = 'Error' and response_result_type <> 'Error' and not is_origin_failure),
            false
        ) as is_aborted,
        -- Whether everybody reads the path alike, as viewer-guard decides it (core/tenancy/path-hygiene.ts): it refuses the others.
        decoded_path is not null
        and not regexp_like(
            raw_path,
            '//|[\\]|%(2[fF]|5[cC])|%($|[^0-9A-Fa-f]|[0-9A-Fa-f]($|[^0-9A-Fa-f]))|^/[^/]*%|^/[tu]/[^/]*%|^/u/[^/]*/[^/]*%'
        )
        and not regexp_like(decoded_path, '/[.][.]?(/|;|$)|/;|\p{Cc}|%[0-9A-Fa-f][0-9A-Fa-f]') as is_plain_path
    from pathed
),

every_request as (
    select
        *,
        coalesce(status = 403 and not is_aborted, false) as is_refused,
        -- The same as a number: engines follow an equality through a join, so that texts of others are not read.
        case when status = 403 and not is_aborted then 1 else 0 end as refusal,
        -- Served where a signature is needed: what was presented was good. Not behind a page for errors, which may
        -- have any status.
        coalesce(
            status in (200, 206, 304) and method in ('GET', 'HEAD') and is_plain_path and tenant_in_path is not null
            and coalesce(response_result_type, result_type, '-') <> 'Error',
            false
        ) as is_accepted
    from described
),

-- What each request came with, as it stands in the log.
presented as (
    select
        every_request.*,
        coalesce(evidence.cs_cookie, '-') as cs_cookie,
        coalesce(evidence.cs_uri_query, '-') as cs_uri_query
    from every_request
    left join lines as evidence
        on evidence.x_edge_request_id = every_request.x_edge_request_id and evidence.from_table = 'evidence'
),

-- A browser sends the same text again and again: each is read once, and once more where it was refused.
texts as (
    select
        refusal,
        cs_cookie,
        cs_uri_query
    from presented
    where cs_cookie <> '-' or cs_uri_query <> '-'
    group by 1, 2, 3
),

-- Queries are percent-encoded once more, like paths.
sent_queries as (
    select
        *,
        -- Short, because it is held in memory for every text.
        sha256(to_utf8(cast(length(cs_cookie) as varchar) || ' ' || cs_cookie || cs_uri_query)) as text_digest,
        coalesce(try(url_decode(replace(cs_uri_query, '+', '%2B'))), cs_uri_query) as query
    from texts
),

spelled as (
    select
        *,
        -- A signing parameter in the query hides the cookies. Cookies are rewritten as a query, to read both alike.
        case
            when regexp_like(query, '(^|&)(Expires|Policy|Signature|Key-Pair-Id|Hash-Algorithm)=') then '&' || query
            -- No cookie in the log may also mean that cookies are not logged: it shows nothing.
            when cs_cookie <> '-'
                then replace(regexp_replace(
                    ';' || replace(replace(cs_cookie, '%7E', '~'), '&', '%26'), ';( |%20|%09)*CloudFront-', '&'
                ), ';', '&;')
        end as sent,
        -- The same names once more, however loosely they are written: what edges read differently may come twice.
        case
            when regexp_like(query, '(^|&)(Expires|Policy|Signature|Key-Pair-Id|Hash-Algorithm)=') then lower('&' || query)
            else replace(lower(replace(cs_cookie, '&', '')), 'cloudfront-', '&')
        end as names
    from sent_queries
),

parts as (
    select
        *,
        strpos(sent, '&Key-Pair-Id=') > 0 as names_key,
        -- Whatever else stands there may be a credential that lost its place: an id is shown, and a signature never.
        nullif(regexp_extract(split_part(split_part(sent, '&Key-Pair-Id=', 2), '&', 1), '^([A-Za-z0-9_-]{1,64})$', 1), '') as sent_key_pair_id,
        nullif(split_part(split_part(sent, '&Policy=', 2), '&', 1), '') as encoded_policy,
        nullif(split_part(split_part(sent, '&Signature=', 2), '&', 1), '') as encoded_signature,
        nullif(split_part(split_part(sent, '&Expires=', 2), '&', 1), '') as canned_expiry,
        coalesce(nullif(split_part(split_part(sent, '&Hash-Algorithm=', 2), '&', 1), ''), 'SHA1') as hash_algorithm,
        regexp_like(
            names,
            '&policy([^a-z0-9_-].*)?&policy([^a-z0-9_-]|$)|&signature([^a-z0-9_-].*)?&signature([^a-z0-9_-]|$)|&key-pair-id([^a-z0-9_-].*)?&key-pair-id([^a-z0-9_-]|$)|&expires([^a-z0-9_-].*)?&expires([^a-z0-9_-]|$)|&hash-algorithm([^a-z0-9_-].*)?&hash-algorithm([^a-z0-9_-]|$)'
        ) as has_duplicate,
        -- A name in escapes: whether it is one is not documented. Parameters whose names have none are left out.
        regexp_like(
            lower(coalesce(try(url_decode(regexp_replace('&' || query, '&[^=&%]*=[^&]*', ''))), '')),
            '&(expires|policy|signature|key-pair-id|hash-algorithm)([^a-z0-9_-]|$)'
        ) as has_escaped_name,
        nullif(regexp_replace(regexp_replace(
            nullif(query, '-'), '(^|&)(Expires|Policy|Signature|Key-Pair-Id|Hash-Algorithm)=[^&]*', ''
        ), '^&', ''), '') as unsigned_query
    from spelled
),

decoded as (
    select
        *,
        try(from_utf8(from_base64(replace(replace(replace(encoded_policy, '-', '+'), '_', '='), '~', '/')))) as policy
    from parts
),

read_texts as (
    select
        *,
        -- Said shortly: what is looked up for each request is held in memory.
        sent is not null as is_sent,
        policy is not null as has_policy,
        coalesce(strpos(policy, '"Resource"') > 0, false) as has_resource,
        nullif(regexp_extract(policy, '"Resource"\s*:\s*"([^"]*)"', 1), '') as policy_resource,
        coalesce(
            try_cast(nullif(regexp_extract(policy, '"DateLessThan"\s*:\s*[{]\s*"AWS:EpochTime"\s*:\s*([0-9]+)\s*[}]', 1), '') as bigint),
            try_cast(nullif(regexp_extract(canned_expiry, '^([0-9]+)$', 1), '') as bigint)
        ) as policy_not_after,
        try_cast(nullif(regexp_extract(policy, '"DateGreaterThan"\s*:\s*[{]\s*"AWS:EpochTime"\s*:\s*([0-9]+)\s*[}]', 1), '') as bigint) as policy_not_before,
        coalesce(strpos(policy, '"AWS:SourceIp"') > 0, false) as has_range,
        nullif(regexp_extract(
            policy,
            '"AWS:SourceIp"\s*:\s*"(([0-9]{1,2}[.]|1[0-9]{2}[.]|2[0-4][0-9][.]|25[0-5][.]){3}([0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|25[0-5])(/([0-9]|[12][0-9]|3[0-2]))?)"',
            1
        ), '') as source_range,
        -- Two ways to read it: CloudFront's is not documented, so nothing is concluded from it.
        has_duplicate
        or has_escaped_name
        or (encoded_policy is not null and canned_expiry is not null)
        -- An escape hides a name from these expressions, not from a JSON parser.
        or coalesce(strpos(policy, '\') > 0, false)
        or coalesce(split_part(policy, '"Resource"', 3), '') || coalesce(split_part(policy, '"DateLessThan"', 3), '')
        || coalesce(split_part(policy, '"DateGreaterThan"', 3), '') || coalesce(split_part(policy, '"AWS:SourceIp"', 3), '')
        <> '' as is_ambiguous
    from decoded
),

noted as (
    select
        *,
        -- What viewer-guard decoded from the request: k=<key id>;s=<scope>;n=<not before>;e=<expiry>;f=<fingerprint>
        '&' || replace(coalesce(try(url_decode(log_data)), log_data), ';', '&') as note,
        -- As sent_queries has it: what finds the text again.
        sha256(to_utf8(cast(length(cs_cookie) as varchar) || ' ' || cs_cookie || cs_uri_query)) as text_digest
    from presented
),

every_signed as (
    select
        noted.*,
        coalesce(read_texts.is_sent, false) as has_evidence,
        coalesce(read_texts.is_ambiguous, false) as is_ambiguous,
        coalesce(read_texts.names_key, false) as names_key,
        read_texts.encoded_policy,
        read_texts.canned_expiry,
        read_texts.encoded_signature,
        read_texts.hash_algorithm,
        read_texts.policy,
        coalesce(read_texts.has_policy, false) as has_policy,
        coalesce(read_texts.has_resource, false) as has_resource,
        read_texts.source_range,
        coalesce(read_texts.has_range, false) as has_range,
        -- Of two, nobody knows which one counted: whose it was is not said.
        case
            when read_texts.is_ambiguous and noted.is_accepted then null
            else coalesce(
                read_texts.sent_key_pair_id,
                nullif(regexp_extract(split_part(split_part(note, '&k=', 2), '&', 1), '^([A-Za-z0-9_-]{1,64})$', 1), '')
            )
        end as key_pair_id,
        case
            when read_texts.is_ambiguous then null
            else coalesce(
                substr(read_texts.encoded_signature, 1, 24), nullif(split_part(split_part(note, '&f=', 2), '&', 1), '')
            )
        end as fingerprint,
        coalesce(
            read_texts.policy_resource,
            base_url || nullif(split_part(split_part(note, '&s=', 2), '&', 1), '')
            || case when split_part(split_part(note, '&s=', 2), '&', 1) like '%/' then '*' else '' end
        ) as resource,
        coalesce(read_texts.policy_not_after, try_cast(split_part(split_part(note, '&e=', 2), '&', 1) as bigint)) as not_after,
        coalesce(read_texts.policy_not_before, try_cast(split_part(split_part(note, '&n=', 2), '&', 1) as bigint)) as not_before,
        base_url || raw_path || coalesce('?' || read_texts.unsigned_query, '') as url,
        base_url || logged_path || coalesce('?' || read_texts.unsigned_query, '') as logged_url
    from noted
    left join read_texts on read_texts.refusal = noted.refusal and read_texts.text_digest = noted.text_digest
),

-- Texts of refused requests that were good elsewhere.
accepted_texts as (
    select
        given.text_digest,
        -- The signature of a canned policy is good for one URL.
        min(every_request.base_url || every_request.raw_path) as accepted_at
    from sent_queries as given
    inner join lines as evidence
        on
            coalesce(evidence.cs_cookie, '-') = given.cs_cookie
            and coalesce(evidence.cs_uri_query, '-') = given.cs_uri_query
    inner join every_request on every_request.x_edge_request_id = evidence.x_edge_request_id
    where given.refusal = 1 and evidence.from_table = 'evidence' and every_request.is_accepted
    group by 1
),

-- Signatures verified offline with the public keys that were given; else one row that nothing equals.
verdicts as (
    select credentials_digest, is_valid
    from (values :verdicts) as given (credentials_digest, is_valid)
),

denied as (
    select
        every_signed.*,
        accepted_texts.text_digest is not null and encoded_signature is not null as was_accepted,
        accepted_texts.accepted_at,
        -- One name for everything that the check of a signature looks at.
        to_hex(sha256(to_utf8(
            key_pair_id || ' ' || hash_algorithm || ' ' || encoded_signature || ' ' || coalesce(encoded_policy, canned_expiry || ' ' || url)
        ))) as credentials_digest
    from every_signed
    left join accepted_texts
        on accepted_texts.text_digest = every_signed.text_digest
    where refusal = 1
),

refused as (
    select
        denied.*,
        to_unixtime(denied.ts) as epoch,
        verdicts.is_valid as signature_is_valid,
        -- Attributed only when the very same text was accepted elsewhere, or verified: else anybody may have written it.
        not denied.is_ambiguous and coalesce(verdicts.is_valid, denied.was_accepted) as proven,
        -- CloudFront's own refusals are told apart by the length of their one-line XML bodies (docs/live-check.md).
        case
            when denied.detailed_result_type = 'ClientGeoBlocked' then 'geo restriction'
            when denied.detailed_result_type = 'InvalidRequestBlocked' then 'web ACL'
            when denied.origin_first_byte_seconds is not null or denied.content_type like 'application/xml%' then 'origin'
            when denied.result_type = 'FunctionGeneratedResponse' then 'viewer-guard'
            when denied.content_type like 'text/xml%' and denied.content_length = 146 then 'MissingKey'
            when denied.content_type like 'text/xml%' and denied.content_length = 106 then 'InvalidKey'
            when denied.content_type like 'text/xml%' and denied.content_length = 116 then 'MalformedPolicy'
            when denied.content_type like 'text/xml%' and denied.content_length = 131 then 'MalformedSignature'
            when denied.content_type like 'text/xml%' and denied.content_length = 110 then 'AccessDenied'
            when coalesce(denied.detailed_result_type, 'Error') = 'Error' and denied.tenant_in_path is not null then 'unlisted'
            else 'other'
        end as answer
    from denied
    left join verdicts on verdicts.credentials_digest = denied.credentials_digest
),

measured as (
    select
        *,
        case
            -- The signature of a canned policy covers the URL itself.
            when encoded_policy is null and canned_expiry is not null then false
            when resource is null then case when has_policy and not has_resource then false end
            -- Other patterns have more than one reading: whether the URL is outside cannot be known here.
            when not regexp_like(resource, '^(https?|http[*]|[*])://[^*?/\\]+/[^*?\\]*([*]|[?][^*?\\]*)?$') then null
            else not (
                url like replace(replace(replace(resource, '%', '\%'), '_', '\_'), '*', '%') escape '\'
                or logged_url like replace(replace(replace(resource, '%', '\%'), '_', '\_'), '*', '%') escape '\'
            )
        end as is_outside,
        try_cast(split_part(c_ip, '.', 1) as double) * 16777216 + try_cast(split_part(c_ip, '.', 2) as double) * 65536
        + try_cast(split_part(c_ip, '.', 3) as double) * 256 + try_cast(split_part(c_ip, '.', 4) as double) as address_number,
        try_cast(split_part(source_range, '.', 1) as double) * 16777216 + try_cast(split_part(source_range, '.', 2) as double) * 65536
        + try_cast(split_part(source_range, '.', 3) as double) * 256
        + try_cast(split_part(split_part(source_range, '.', 4), '/', 1) as double) as range_number,
        power(2, 32 - coalesce(try_cast(nullif(split_part(source_range, '/', 2), '') as integer), 32)) as range_size
    from refused
),

judged as (
    select
        *,
        case
            when not has_range then false
            -- What CloudFront makes of a range that is none is not known.
            when source_range is null then null
            -- A policy can only name IPv4 addresses.
            when strpos(c_ip, ':') > 0 then true
            else floor(address_number / range_size) <> floor(range_number / range_size)
        end as is_wrong_address
    from measured
),

named as (
    select
        *,
        case
            when answer = 'geo restriction' then 'geo_blocked'
            when answer = 'web ACL' then 'waf_blocked'
            when answer = 'origin' then 'origin_refused'
            when answer = 'viewer-guard' and is_plain_path then 'revoked'
            when answer = 'MissingKey' then 'no_signature'
            when answer = 'InvalidKey' then 'unknown_key'
            when answer = 'MalformedPolicy' then 'malformed_policy'
            when answer = 'MalformedSignature' then 'malformed_signature'
            when answer not in ('AccessDenied', 'unlisted') or is_ambiguous then 'denied_unspecified'
            when answer = 'unlisted' and has_evidence and key_pair_id is null then 'no_signature'
            when not signature_is_valid then 'bad_signature_proven'
            when epoch >= not_after then 'expired'
            when epoch <= not_before then 'not_yet_valid'
            when is_outside then 'outside_path'
            when is_wrong_address then 'wrong_address'
            -- Its signature was good for another URL.
            when
                proven and encoded_policy is null and canned_expiry is not null and signature_is_valid is null
                and accepted_at <> base_url || raw_path
                then 'outside_path'
            -- Every condition holds, so the signature is what is left; nothing shows it.
            when answer = 'AccessDenied' and has_evidence and not_after is not null and not is_outside and not is_wrong_address and not proven
                then 'bad_signature_presumed'
            else 'denied_unspecified'
        end as cause
    from judged
),

graded as (
    select
        named.*,
        ts as "time",
        case
            when cause = 'denied_unspecified' then 'cannot be known'
            when cause in ('geo_blocked', 'bad_signature_proven') then 'certain'
            -- What the guard noted came from the viewer, and a body of the right length is a sign and no proof.
            when not has_evidence or is_ambiguous or answer = 'unlisted' then 'likely'
            when cause = 'no_signature' and not names_key then 'certain'
            when cause = 'malformed_policy' and encoded_policy is not null and not has_policy then 'certain'
            when cause = 'malformed_signature' and regexp_like(encoded_signature, '[^A-Za-z0-9~_-]') then 'certain'
            when encoded_policy is null and canned_expiry is null then 'likely'
            -- The log has the second in which the response ended; the decision was a moment before.
            when cause = 'expired' and epoch - 2 - coalesce(taken_seconds, 0) >= not_after then 'certain'
            when cause = 'not_yet_valid' and epoch <= not_before - 2 then 'certain'
            when cause in ('outside_path', 'wrong_address') then 'certain'
            else 'likely'
        end as confidence
    from named
),

copies as (
    select
        graded.*,
        -- A request may be logged twice, or by v1 and v2 side by side: it counts once.
        row_number() over (
            partition by x_edge_request_id order by origin_first_byte_seconds, c_country, has_evidence desc, cause
        ) as copy
    from graded
),

-- What the questions are about: the paths of every tenant, or of one. Only here, at the end: whether a grant
-- is genuine may show in another tenant's lines.
requests as (
    select *
    from every_request
    where (:tenant = '-' or :tenant = tenant_in_path)
),

signed as (
    select *
    from every_signed
    where (:tenant = '-' or :tenant = tenant_in_path)
),

refusals as (
    select *
    from copies
    where copy = 1 and (:tenant = '-' or :tenant = tenant_in_path)
)
