-- Relation `signed`: `requests`, and what each request presented: key id, resource, times,
-- fingerprint. The values come from the evidence table where it has the request, else from the note
-- of viewer-guard. Copies of a line are one request: a copy of its evidence would otherwise make a
-- request of every pair.
with
requests_with_evidence as (
    -- Every request. The requests stand on the right: engines hold the right table in memory, and
    -- read the long texts of the evidence once. Only the digest of the texts leaves the reading.
    select
        0 as part,
        all_requests.*,
        evidence_texts.text_digest as text_key,
        evidence_texts.x_edge_request_id is not null as is_in_evidence
    from evidence_texts
    right join all_requests on evidence_texts.x_edge_request_id = all_requests.x_edge_request_id
    union all
    -- Refused requests once more: they are few, and each is joined with its own texts.
    select
        1 as part,
        all_requests.*,
        to_utf8(x_edge_request_id) as text_key,
        cast(null as boolean) as is_in_evidence
    from all_requests
    where is_denied
),

requests_with_notes as (
    select
        *,
        -- viewer-guard separates the members of its note by `;` (core/contract/guard-note.ts).
        '&' || replace(coalesce(try(url_decode(log_data)), log_data), ';', '&') as note
    from requests_with_evidence
),

all_signed as (
    select
        requests_with_notes.*,
        coalesce(credentials.cs_uri_query, '-') as cs_uri_query,
        credentials.part is not null as has_texts,
        coalesce(credentials.is_sent, false) as has_evidence,
        coalesce(credentials.is_ambiguous, false) as is_ambiguous,
        coalesce(credentials.names_key, false) as names_key,
        credentials.encoded_policy,
        credentials.canned_expiry,
        credentials.encoded_signature,
        credentials.hash_algorithm,
        credentials.policy,
        coalesce(credentials.has_policy, false) as has_policy,
        coalesce(credentials.has_resource, false) as has_resource,
        credentials.source_range,
        coalesce(credentials.has_range, false) as has_range,
        -- An accepted request with two credentials: nobody knows which one counted, so no key is
        -- named.
        case
            when credentials.is_ambiguous and requests_with_notes.is_accepted then null
            else coalesce(
                    credentials.sent_key_pair_id,
                    nullif(regexp_extract(
                        split_part(
                            split_part(requests_with_notes.note, :note_key_pair_id, 2), '&', 1
                        ),
                        :key_pair_id_pattern, 1
                    ), '')
                )
        end as key_pair_id,
        case
            when credentials.is_ambiguous then null
            else coalesce(
                    substr(credentials.encoded_signature, 1, :fingerprint_characters),
                    nullif(
                        split_part(
                            split_part(requests_with_notes.note, :note_fingerprint, 2), '&', 1
                        ),
                        ''
                    )
                )
        end as fingerprint,
        coalesce(
            credentials.policy_resource,
            requests_with_notes.base_url
            || nullif(split_part(split_part(requests_with_notes.note, :note_scope, 2), '&', 1), '')
            || case
                when split_part(
                        split_part(requests_with_notes.note, :note_scope, 2), '&', 1
                    ) like '%/'
                    then '*'
                else ''
            end
        ) as resource,
        coalesce(
            credentials.policy_not_after,
            try_cast(
                split_part(
                    split_part(requests_with_notes.note, :note_expires_at, 2), '&', 1
                ) as bigint
            )
        ) as not_after,
        coalesce(
            credentials.policy_not_before,
            try_cast(
                split_part(
                    split_part(requests_with_notes.note, :note_starts_at, 2), '&', 1
                ) as bigint
            )
        ) as not_before,
        requests_with_notes.base_url || requests_with_notes.raw_path
        || coalesce('?' || credentials.unsigned_query, '') as url,
        requests_with_notes.base_url || requests_with_notes.logged_path
        || coalesce('?' || credentials.unsigned_query, '') as logged_url
    from requests_with_notes
    left join credentials
        on
            requests_with_notes.part = credentials.part
            and requests_with_notes.text_key = credentials.text_key
),

numbered_signed as (
    select
        all_signed.*,
        row_number() over (
            partition by x_edge_request_id
            order by has_evidence desc, origin_first_byte_seconds, c_country, ts, fingerprint
        ) as copy
    from all_signed
    where part = 0 and (:tenant = '-' or :tenant = tenant_in_path)
),

signed as (
    select
        x_edge_request_id, ts, method, base_url, logged_path, raw_path, decoded_path,
        tenant_in_path, file_id, status, bytes, range_start, content_type, content_length,
        result_type, response_result_type, detailed_result_type, first_byte_seconds,
        taken_seconds, origin_first_byte_seconds, edge_location, c_ip, network, asn, c_country,
        referer, user_agent, log_data, is_accepted, is_refused, is_aborted, is_origin_failure,
        is_plain_path, url, cs_uri_query, has_evidence, is_ambiguous, key_pair_id, fingerprint,
        resource, not_before, not_after, encoded_policy, canned_expiry, encoded_signature,
        hash_algorithm, is_in_evidence
    from numbered_signed
    where copy = 1 or x_edge_request_id is null
)

select *
from signed
