-- Relation `credentials`: what cookies and query strings of the evidence table say, decoded. It has
-- three parts, and `part` is a constant in each, so that an engine reads only the part that is
-- asked for. 0: one row for each different pair of cookie text and query string, because a browser
-- sends the same text with many requests. 1: one row for each line of evidence of a refused
-- request. 2: texts of accepted requests that presented the signature of a refused one. They prove
-- that a grant is genuine.
with
evidence_texts as (
    select
        x_edge_request_id,
        coalesce(cs_cookie, '-') as cs_cookie,
        coalesce(cs_uri_query, '-') as cs_uri_query,
        -- A short key for the two texts, which engines hold in memory instead of them.
        coalesce(sha256(to_utf8(cs_cookie)), to_utf8('-'))
        || coalesce(sha256(to_utf8(cs_uri_query)), to_utf8('-')) as text_digest,
        -- The beginning of the signature, found without decoding everything else. Each character
        -- can be written with three. Each of these columns is made from one other column only:
        -- DuckDB then computes it once for each different value in a Parquet file.
        case
            when strpos(cs_cookie, :signature_cookie) > 0
                then substr(replace(
                        substr(
                            cs_cookie,
                            strpos(cs_cookie, :signature_cookie) + length(:signature_cookie),
                            3 * :fingerprint_characters
                        ), '%7E', '~'
                    ), 1, :fingerprint_characters)
        end as cookie_fingerprint,
        case
            when strpos('&' || cs_uri_query, :signature_label) > 0
                then substr(replace(
                        substr(
                            '&' || cs_uri_query,
                            strpos('&' || cs_uri_query, :signature_label)
                            + length(:signature_label),
                            3 * :fingerprint_characters
                        ), '%7E', '~'
                    ), 1, :fingerprint_characters)
        end as query_fingerprint
    from lines
    where from_table = 'evidence'
),

-- The fingerprint. When a name comes twice, the text is ambiguous, and nothing is concluded from
-- it.
evidence_fingerprints as (
    select
        x_edge_request_id,
        cs_cookie,
        cs_uri_query,
        coalesce(
            nullif(query_fingerprint, ''), nullif(cookie_fingerprint, '')
        ) as found_fingerprint
    from evidence_texts
),

refused_ids as (
    select x_edge_request_id
    from all_requests
    where is_denied
    group by 1
),

refused_fingerprints as (
    select evidence_fingerprints.found_fingerprint
    from evidence_fingerprints
    inner join refused_ids
        on evidence_fingerprints.x_edge_request_id = refused_ids.x_edge_request_id
    group by 1
),

-- Evidence that has the fingerprint of a refused request.
known_fingerprints as (
    select
        evidence_fingerprints.x_edge_request_id,
        evidence_fingerprints.cs_cookie,
        evidence_fingerprints.cs_uri_query
    from evidence_fingerprints
    inner join refused_fingerprints
        on evidence_fingerprints.found_fingerprint = refused_fingerprints.found_fingerprint
    -- Not an id: it must not be equal to what stands there in lines of requests without an id.
    where evidence_fingerprints.x_edge_request_id not in ('-', '')
),

credential_texts as (
    select
        0 as part,
        text_digest as text_key,
        cs_cookie,
        cs_uri_query,
        cast(null as varchar) as accepted_at
    from evidence_texts
    where cs_cookie <> '-' or cs_uri_query <> '-'
    group by 1, 2, 3, 4
    union all
    select
        1 as part,
        to_utf8(refused_ids.x_edge_request_id) as text_key,
        evidence_texts.cs_cookie,
        evidence_texts.cs_uri_query,
        cast(null as varchar) as accepted_at
    from evidence_texts
    inner join refused_ids on evidence_texts.x_edge_request_id = refused_ids.x_edge_request_id
    union all
    select
        2 as part,
        cast(null as varbinary) as text_key,
        known_fingerprints.cs_cookie,
        known_fingerprints.cs_uri_query,
        -- The signature of a canned policy is valid for this URL only.
        min(all_requests.base_url || all_requests.raw_path) as accepted_at
    from all_requests
    inner join known_fingerprints on all_requests.logged_id = known_fingerprints.x_edge_request_id
    where all_requests.is_accepted
    group by 1, 2, 3, 4
),

decoded_texts as (
    select
        *,
        -- CloudFront percent-encodes query strings once more than the client did, as it does with
        -- paths.
        coalesce(try(url_decode(replace(cs_uri_query, '+', '%2B'))), cs_uri_query) as query
    from credential_texts
),

-- Signed cookies and signed URLs in the same form: &Name=value.
normalized_texts as (
    select
        *,
        -- CloudFront ignores signed cookies when the query string has a signing parameter.
        -- When neither is there, the value is null: the log may simply not contain cookies.
        case
            when regexp_like(query, :signing_name_pattern)
                then '&' || query
            when cs_cookie <> '-'
                then replace(regexp_replace(
                        ';' || replace(replace(cs_cookie, '%7E', '~'), '&', '%26'),
                        :cookie_prefix_pattern, '&'
                    ), ';', '&;')
        end as sent,
        -- The same text in lower case, with names found at any place. It shows whether a name comes
        -- twice for a reader that is less strict than the rule above.
        case
            when regexp_like(query, :signing_name_pattern)
                then lower('&' || query)
            else replace(lower(replace(cs_cookie, '&', '')), :lower_case_cookie_prefix, '&')
        end as names
    from decoded_texts
),

credential_parts as (
    select
        *,
        strpos(sent, :key_pair_id_label) > 0 as names_key,
        -- Only text with the form of a key id is taken. Anything else could be a signature that was
        -- put into the wrong place, and signatures are never shown.
        nullif(regexp_extract(
            split_part(split_part(sent, :key_pair_id_label, 2), '&', 1), :key_pair_id_pattern, 1
        ), '') as sent_key_pair_id,
        nullif(split_part(split_part(sent, :policy_label, 2), '&', 1), '') as encoded_policy,
        nullif(split_part(split_part(sent, :signature_label, 2), '&', 1), '') as encoded_signature,
        nullif(split_part(split_part(sent, :expires_label, 2), '&', 1), '') as canned_expiry,
        coalesce(
            nullif(split_part(split_part(sent, :hash_algorithm_label, 2), '&', 1), ''), 'SHA1'
        ) as hash_algorithm,
        regexp_like(names, :repeated_signing_name_pattern) as has_duplicate,
        -- A parameter whose name is percent-encoded, for example %50olicy. AWS does not say whether
        -- CloudFront decodes such names. Parameters with plain names are removed before the search.
        regexp_like(
            lower(coalesce(
                try(url_decode(regexp_replace('&' || query, '&[^=&%]*=[^&]*', ''))), ''
            )),
            :lower_case_signing_name_pattern
        ) as has_escaped_name,
        -- The query string without the signing parameters.
        nullif(regexp_replace(regexp_replace(
            nullif(query, '-'),
            :signing_parameter_pattern, ''
        ), '^&', ''), '') as unsigned_query
    from normalized_texts
),

credential_policies as (
    select
        *,
        -- More than one credential: AWS does not say which one CloudFront uses.
        has_duplicate
        or has_escaped_name
        or (encoded_policy is not null and canned_expiry is not null) as has_several,
        -- CloudFront writes base64 with - for +, _ for = and ~ for /. Null when it is not valid.
        try(from_utf8(from_base64(
            replace(replace(replace(encoded_policy, '-', '+'), '_', '='), '~', '/')
        ))) as policy
    from credential_parts
),

credentials as (
    select
        *,
        -- Short flags beside the long texts: the join with requests holds only what a question
        -- uses.
        sent is not null as is_sent,
        policy is not null as has_policy,
        coalesce(strpos(policy, '"Resource"') > 0, false) as has_resource,
        nullif(regexp_extract(policy, '"Resource"\s*:\s*"([^"]*)"', 1), '') as policy_resource,
        coalesce(
            try_cast(nullif(regexp_extract(
                policy,
                '"DateLessThan"\s*:\s*[{]\s*"AWS:EpochTime"\s*:\s*([0-9]+)\s*[}]', 1
            ), '') as bigint),
            try_cast(nullif(regexp_extract(canned_expiry, '^([0-9]+)$', 1), '') as bigint)
        ) as policy_not_after,
        try_cast(nullif(regexp_extract(
            policy,
            '"DateGreaterThan"\s*:\s*[{]\s*"AWS:EpochTime"\s*:\s*([0-9]+)\s*[}]', 1
        ), '') as bigint) as policy_not_before,
        coalesce(strpos(policy, '"AWS:SourceIp"') > 0, false) as has_range,
        -- An address without a prefix length is not a valid range: core/contract/ipv4-range.ts.
        nullif(regexp_extract(policy, :source_range_pattern, 1), '') as source_range,
        -- The text can be read in two ways, and AWS does not say which one CloudFront uses. Nothing
        -- is concluded from such a text.
        has_several
        -- A JSON parser decodes a backslash escape inside a name; the expressions above do not.
        or coalesce(strpos(policy, '\') > 0, false)
        -- A third part exists when the name comes twice.
        or coalesce(split_part(policy, '"Resource"', 3), '')
        || coalesce(split_part(policy, '"DateLessThan"', 3), '')
        || coalesce(split_part(policy, '"DateGreaterThan"', 3), '')
        || coalesce(split_part(policy, '"AWS:SourceIp"', 3), '') <> '' as is_ambiguous
    from credential_policies
)

select *
from credentials
