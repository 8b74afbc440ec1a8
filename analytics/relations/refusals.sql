-- Relation `refusals`: one row for each refused request, with the cause of the refusal, how sure
-- the cause is (`confidence`), and whether the presented grant is known to be genuine (`proven`).
with
-- Credentials of refused requests that another request presented with success: the same key id,
-- signature and policy (or expiry), whatever other cookies came with them.
accepted_credentials as (
    select
        sent_key_pair_id,
        hash_algorithm,
        encoded_signature,
        coalesce(encoded_policy, canned_expiry) as signed_terms,
        min(accepted_at) as accepted_at
    from credentials
    -- Whether the policy itself can be read in two ways is looked at in the refused request.
    where part = 2 and not has_several
    group by 1, 2, 3, 4
),

-- Signatures that were verified outside of SQL with the public keys. Without public keys there is
-- one row that matches nothing.
verdicts as (
    select
        credentials_digest,
        is_valid
    from (values :verdicts) as given (credentials_digest, is_valid)
),

-- Causes that a line names itself (core/contract/detailed-result-types.ts).
named_results as (
    select
        named_type,
        named_cause,
        named_answer
    from (values :named_results) as given (named_type, named_cause, named_answer)
),

refused_requests as (
    select
        all_signed.*,
        named_results.named_cause,
        named_results.named_answer,
        accepted_credentials.encoded_signature is not null as was_accepted,
        accepted_credentials.accepted_at,
        -- One key for everything that the verification of a signature depends on.
        to_hex(sha256(to_utf8(
            all_signed.key_pair_id || ' ' || all_signed.hash_algorithm || ' '
            || all_signed.encoded_signature || ' '
            || coalesce(
                all_signed.encoded_policy, all_signed.canned_expiry || ' ' || all_signed.url
            )
        ))) as credentials_digest
    from all_signed
    left join accepted_credentials
        on
            all_signed.encoded_signature = accepted_credentials.encoded_signature
            and all_signed.key_pair_id = accepted_credentials.sent_key_pair_id
            and all_signed.hash_algorithm = accepted_credentials.hash_algorithm
            and coalesce(all_signed.encoded_policy, all_signed.canned_expiry)
            = accepted_credentials.signed_terms
    left join named_results on all_signed.detailed_result_type = named_results.named_type
    where all_signed.part = 1
),

refusals_with_answers as (
    select
        refused_requests.*,
        to_unixtime(refused_requests.ts) as epoch,
        verdicts.is_valid as signature_is_valid,
        -- A grant is genuine when the same credentials were accepted elsewhere or its signature was
        -- verified. Otherwise anybody may have written it.
        not refused_requests.is_ambiguous
        and coalesce(verdicts.is_valid, refused_requests.was_accepted) as proven,
        -- Which component refused the request, and with which error code. The codes of CloudFront
        -- are recognised by the lengths of their XML bodies (docs/live-check.md).
        case
            when refused_requests.named_answer is not null then refused_requests.named_answer
            when
                refused_requests.origin_first_byte_seconds is not null
                or refused_requests.content_type like 'application/xml%'
                then 'origin'
            when refused_requests.result_type = 'FunctionGeneratedResponse' then 'viewer-guard'
            when
                refused_requests.content_type like 'text/xml%'
                and refused_requests.content_length = :missing_key_bytes
                then 'MissingKey'
            when
                refused_requests.content_type like 'text/xml%'
                and refused_requests.content_length = :invalid_key_bytes
                then 'InvalidKey'
            when
                refused_requests.content_type like 'text/xml%'
                and refused_requests.content_length = :malformed_policy_bytes
                then 'MalformedPolicy'
            when
                refused_requests.content_type like 'text/xml%'
                and refused_requests.content_length = :malformed_signature_bytes
                then 'MalformedSignature'
            when
                refused_requests.content_type like 'text/xml%'
                and refused_requests.content_length = :access_denied_bytes
                then 'AccessDenied'
            when
                (
                    coalesce(refused_requests.detailed_result_type, 'Error') = 'Error'
                    or refused_requests.detailed_result_type in :client_left_types
                )
                and refused_requests.tenant_in_path is not null
                then 'unlisted'
            else 'other'
        end as answer
    from refused_requests
    left join verdicts on refused_requests.credentials_digest = verdicts.credentials_digest
),

-- The conditions of the policy, and the numbers that compare the client's address with an IPv4
-- range.
refusals_with_conditions as (
    select
        *,
        case
            -- The signature of a canned policy covers the URL itself, not a pattern.
            when encoded_policy is null and canned_expiry is not null then false
            when resource is null then case when has_policy and not has_resource then false end
            -- Other patterns can be read in more than one way: null means "not known".
            when
                not regexp_like(
                    resource,
                    '^(https?|http[*]|[*])://[^*?/\\]+/[^*?\\]*([*]|[?][^*?\\]*)?$'
                )
                then null
            else not (
                    url like replace(
                        replace(replace(resource, '%', '\%'), '_', '\_'), '*', '%'
                    ) escape '\'
                    or logged_url like replace(
                        replace(replace(resource, '%', '\%'), '_', '\_'), '*', '%'
                    ) escape '\'
                )
        end as is_outside,
        try_cast(split_part(c_ip, '.', 1) as double) * 16777216
        + try_cast(split_part(c_ip, '.', 2) as double) * 65536
        + try_cast(split_part(c_ip, '.', 3) as double) * 256
        + try_cast(split_part(c_ip, '.', 4) as double) as address_number,
        try_cast(split_part(source_range, '.', 1) as double) * 16777216
        + try_cast(split_part(source_range, '.', 2) as double) * 65536
        + try_cast(split_part(source_range, '.', 3) as double) * 256
        + try_cast(split_part(split_part(source_range, '.', 4), '/', 1) as double) as range_number,
        power(2, 32 - try_cast(split_part(source_range, '/', 2) as integer)) as range_size
    from refusals_with_answers
),

refusals_with_addresses as (
    select
        *,
        case
            when not has_range then false
            -- The range is not a valid one: AWS does not say how CloudFront treats it.
            when source_range is null then null
            -- A policy can only name IPv4 addresses, so an IPv6 client is always outside.
            when strpos(c_ip, ':') > 0 then true
            else floor(address_number / range_size) <> floor(range_number / range_size)
        end as is_wrong_address
    from refusals_with_conditions
),

-- The first cause that fits. The order is the order of certainty, not the order in which CloudFront
-- checks.
refusals_with_causes as (
    select
        *,
        case
            when
                method = :preflight_method
                and coalesce(named_cause, 'method_not_allowed') = 'method_not_allowed'
                then 'preflight'
            when named_cause is not null then named_cause
            when answer = 'origin' then 'origin_refused'
            when answer = 'viewer-guard' and is_plain_path then 'revoked'
            when answer = 'MissingKey' then 'no_signature'
            when answer = 'InvalidKey' then 'unknown_key'
            when answer = 'MalformedPolicy' then 'malformed_policy'
            when answer = 'MalformedSignature' then 'malformed_signature'
            when answer not in ('AccessDenied', 'unlisted') or is_ambiguous
                then 'denied_unspecified'
            when answer = 'unlisted' and has_evidence and key_pair_id is null then 'no_signature'
            when not signature_is_valid then 'bad_signature_proven'
            when epoch >= not_after then 'expired'
            when epoch <= not_before then 'not_yet_valid'
            when is_outside then 'outside_path'
            when is_wrong_address then 'wrong_address'
            -- A canned policy that was accepted for another URL.
            when
                proven and encoded_policy is null and canned_expiry is not null
                and signature_is_valid is null and accepted_at <> base_url || raw_path
                then 'outside_path'
            -- Every condition of the policy holds, so only the signature can be wrong. No line
            -- shows it.
            when
                answer = 'AccessDenied' and has_evidence and not_after is not null
                and not is_outside and not is_wrong_address and not proven
                then 'bad_signature_presumed'
            else 'denied_unspecified'
        end as cause
    from refusals_with_addresses
),

graded_refusals as (
    select
        refusals_with_causes.*,
        ts as "time",
        case
            when cause = 'denied_unspecified' then 'cannot be known'
            -- AWS does not say that only a web ACL blocks requests.
            when cause in ('waf_blocked', 'preflight') then 'likely'
            when cause = named_cause or cause = 'bad_signature_proven' then 'certain'
            -- What viewer-guard noted was sent by the client, and the length of a body is only a
            -- sign.
            when not has_evidence or is_ambiguous or answer = 'unlisted' then 'likely'
            when cause = 'no_signature' and not names_key then 'certain'
            when cause = 'malformed_policy' and encoded_policy is not null and not has_policy
                then 'certain'
            when
                cause = 'malformed_signature' and regexp_like(encoded_signature, '[^A-Za-z0-9~_-]')
                then 'certain'
            when encoded_policy is null and canned_expiry is null then 'likely'
            -- The log has the second in which the response ended. The decision came earlier: by the
            -- time that the response took, and up to two seconds of rounding.
            when cause = 'expired' and epoch - 2 - coalesce(taken_seconds, 0) >= not_after
                then 'certain'
            when cause = 'not_yet_valid' and epoch <= not_before - 2 then 'certain'
            when cause in ('outside_path', 'wrong_address') then 'certain'
            else 'likely'
        end as confidence
    from refusals_with_causes
),

numbered_refusals as (
    select
        graded_refusals.*,
        -- The same request may be logged twice, or by v1 and v2 logging: it counts once.
        row_number() over (
            partition by x_edge_request_id
            order by origin_first_byte_seconds, c_country, has_evidence desc, cause
        ) as copy
    from graded_refusals
),

refusals as (
    select
        x_edge_request_id, ts, method, base_url, logged_path, raw_path, decoded_path,
        case
            when coalesce(method, '-') <> :preflight_method then tenant_in_path
        end as tenant_in_path,
        file_id, status, bytes, range_start, content_type, content_length, result_type,
        response_result_type, detailed_result_type, first_byte_seconds, taken_seconds,
        origin_first_byte_seconds, edge_location, c_ip, network, asn, c_country, referer,
        user_agent, log_data, is_accepted, is_refused, is_aborted, is_origin_failure,
        is_plain_path, url, cs_uri_query, has_evidence, is_ambiguous, key_pair_id, fingerprint,
        resource, not_before, not_after, encoded_policy, canned_expiry, encoded_signature,
        hash_algorithm, has_texts as is_in_evidence, "time", epoch, answer, cause, confidence,
        proven, signature_is_valid, is_outside, is_wrong_address, credentials_digest
    from numbered_refusals
    where
        (copy = 1 or x_edge_request_id is null)
        and (
            :tenant = '-'
            or (
                numbered_refusals.tenant_in_path = :tenant
                and coalesce(method, '-') <> :preflight_method
            )
        )
)

select *
from refusals
