import { GUARD_NOTE_FIELD } from '#core/contract/guard-note';

/**
 * What the columns of `requests`, `signed` and `refusals` mean: the relations of
 * `analytics/relations/` that questions read. A test compares this list with the SQL.
 * `docs/queries.md` shows it. Imports only core/contract.
 */

/** One column of a relation. */
export interface RelationColumn {
  readonly name: string;
  /** Type on Athena and Trino; the same as DuckDB's in lower case. */
  readonly type: ColumnType;
  readonly meaning: string;
  /** Fields of the log, or the relation or rule that it is computed from. */
  readonly source: string;
}

/** Types that columns of the relations have. */
export type ColumnType = 'varchar' | 'integer' | 'bigint' | 'double' | 'boolean' | 'timestamp';

type Row = readonly [name: string, type: ColumnType, meaning: string, source: string];

function toColumns(rows: readonly Row[]): readonly RelationColumn[] {
  return rows.map(([name, type, meaning, source]) => ({ name, type, meaning, source }));
}

const REQUESTS: readonly Row[] = [
  [
    'x_edge_request_id',
    'varchar',
    'id of the request; null when the line has none. Such a line is a request of its own',
    'x-edge-request-id',
  ],
  ['ts', 'timestamp', 'time at which the response ended, UTC, whole seconds', 'date, time'],
  ['method', 'varchar', 'HTTP method', 'cs-method'],
  [
    'base_url',
    'varchar',
    'scheme and host that the client asked for',
    'cs-protocol, x-host-header',
  ],
  ['logged_path', 'varchar', 'path as it stands in the log', 'cs-uri-stem'],
  ['raw_path', 'varchar', 'path as the client sent it', 'logged_path, decoded once'],
  [
    'decoded_path',
    'varchar',
    'path as S3 reads it: slash and object key; null when it is not text',
    'raw_path, decoded once; + is a space',
  ],
  [
    'tenant_in_path',
    'varchar',
    'tenant whose path was asked for; null outside of /t/ and /u/. It says nothing about who asked',
    'logged_path',
  ],
  ['file_id', 'varchar', 'id of the file that was asked for', 'decoded_path'],
  ['status', 'integer', 'HTTP status; 0 when the client closed the connection first', 'sc-status'],
  ['bytes', 'bigint', 'bytes sent to the client, headers included', 'sc-bytes'],
  [
    'range_start',
    'bigint',
    'first byte of a partial response; null for a whole one',
    'sc-range-start',
  ],
  ['content_type', 'varchar', 'Content-Type of the response', 'sc-content-type'],
  ['content_length', 'bigint', 'Content-Length in bytes; null when not sent', 'sc-content-len'],
  [
    'result_type',
    'varchar',
    'result after the last byte: Hit, Miss, Error, …',
    'x-edge-result-type',
  ],
  [
    'response_result_type',
    'varchar',
    'result when the response began',
    'x-edge-response-result-type',
  ],
  ['detailed_result_type', 'varchar', 'finer result of an error', 'x-edge-detailed-result-type'],
  ['first_byte_seconds', 'double', 'seconds from request to first byte', 'time-to-first-byte'],
  ['taken_seconds', 'double', 'seconds from request to last byte', 'time-taken'],
  [
    'origin_first_byte_seconds',
    'double',
    'seconds until the first byte of the origin; null when the origin was not asked',
    'origin-fbl',
  ],
  ['edge_location', 'varchar', 'edge location; begins with an airport code', 'x-edge-location'],
  ['c_ip', 'varchar', 'address of the client, or of its proxy', 'c-ip'],
  ['network', 'varchar', '/24 (IPv4) or /48 (IPv6) network of the address', 'c_ip'],
  ['asn', 'varchar', "number of the client's network operator (autonomous system)", 'asn'],
  ['c_country', 'varchar', 'country of the client, two letters', 'c-country'],
  ['referer', 'varchar', 'Referer header as it stands in the log', 'cs(Referer)'],
  ['user_agent', 'varchar', 'User-Agent header as it stands in the log', 'cs(User-Agent)'],
  ['log_data', 'varchar', 'note of viewer-guard about the presented grant', GUARD_NOTE_FIELD],
  [
    'is_accepted',
    'boolean',
    'content of a tenant was served, so what the client presented was valid',
    'status, method, path, result',
  ],
  [
    'is_refused',
    'boolean',
    'status 403, whether or not the client read the answer to its end; never a preflight',
    'status, method',
  ],
  [
    'is_aborted',
    'boolean',
    'the client closed the connection before the end, and the status is 0, 499 or below 400',
    'status, results',
  ],
  ['is_origin_failure', 'boolean', 'the origin failed', 'detailed_result_type'],
  [
    'is_plain_path',
    'boolean',
    'every program reads the path alike; viewer-guard refuses other paths',
    'raw_path, decoded_path',
  ],
];

const SIGNED: readonly Row[] = [
  ['url', 'varchar', 'URL without the signing parameters', 'base_url, raw_path, query string'],
  [
    'cs_uri_query',
    'varchar',
    'query string as logged; can hold a signature, never show it',
    'evidence: cs-uri-query',
  ],
  [
    'has_evidence',
    'boolean',
    'the logged cookies or query string say what was presented',
    'evidence',
  ],
  [
    'is_ambiguous',
    'boolean',
    'what was presented can be read in two ways, so nothing is concluded from it',
    'evidence',
  ],
  ['key_pair_id', 'varchar', 'id of the public key that was named', 'evidence, else log_data'],
  [
    'fingerprint',
    'varchar',
    'first 24 characters of the signature: identifies the grant',
    'evidence, else log_data',
  ],
  [
    'resource',
    'varchar',
    'URL pattern that the grant opens; null for a canned policy',
    'evidence, else log_data',
  ],
  [
    'not_before',
    'bigint',
    'time after which the grant is valid, seconds since 1970',
    'evidence, else log_data',
  ],
  [
    'not_after',
    'bigint',
    'time at which the grant ends, seconds since 1970',
    'evidence, else log_data',
  ],
  ['encoded_policy', 'varchar', 'custom policy as it was sent', 'evidence'],
  ['canned_expiry', 'varchar', 'Expires of a canned policy as it was sent', 'evidence'],
  ['encoded_signature', 'varchar', 'signature as it was sent; never show it', 'evidence'],
  ['hash_algorithm', 'varchar', 'SHA1 or what Hash-Algorithm named', 'evidence'],
  [
    'is_in_evidence',
    'boolean',
    'the evidence has a line of the request, whatever that says',
    'evidence',
  ],
];

const REFUSALS: readonly Row[] = [
  ['time', 'timestamp', 'the same as ts', 'ts'],
  ['epoch', 'double', 'ts in seconds since 1970', 'ts'],
  [
    'answer',
    'varchar',
    'who refused, or the error code of CloudFront: geo restriction, web ACL, origin, viewer-guard, MissingKey, …',
    'status, content type, content length',
  ],
  [
    'cause',
    'varchar',
    'why the request was refused, from a closed list',
    'detailed_result_type, answer, credentials',
  ],
  [
    'confidence',
    'varchar',
    'how sure the cause is: certain, likely, cannot be known',
    'cause, has_evidence',
  ],
  [
    'proven',
    'boolean',
    'the presented grant is genuine: accepted elsewhere in the window, or its signature was verified',
    'evidence, public keys',
  ],
  [
    'signature_is_valid',
    'boolean',
    'result of the verification with public keys; null without keys',
    'public keys',
  ],
  [
    'is_outside',
    'boolean',
    'the URL is not in the resource of the grant; null when not known',
    'url, resource',
  ],
  [
    'is_wrong_address',
    'boolean',
    'the client is not in the address range of the grant; null when not known',
    'c_ip, evidence',
  ],
  ['credentials_digest', 'varchar', 'key of everything that a verification looks at', 'evidence'],
];

/** The relations that questions read, with every column of each, in order. */
export const RELATION_COLUMNS: Readonly<
  Record<'requests' | 'signed' | 'refusals', readonly RelationColumn[]>
> = {
  requests: toColumns(REQUESTS),
  signed: toColumns([...REQUESTS, ...SIGNED]),
  refusals: toColumns([...REQUESTS, ...SIGNED, ...REFUSALS]),
};

/** Columns that mean the same in every answer that has them. */
export const ANSWER_COLUMNS: Readonly<Record<string, string>> = {
  day: 'first moment of the day, UTC',
  hour: 'first moment of the hour, UTC',
  requests: 'number of logged requests',
  refused: 'number of refused requests (status 403)',
  refused_share: 'refused requests divided by requests, 0 to 1',
  refusals: 'number of refused requests',
  addresses: 'number of different client addresses',
  tenants: 'number of different tenants whose paths were asked for',
  paths: 'number of different paths',
  grants: 'number of different grants (fingerprints)',
  bytes: 'bytes sent to clients, headers included',
  first_seen: 'time of the first of these requests, UTC',
  last_seen: 'time of the last of these requests, UTC',
};
