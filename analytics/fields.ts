import { GUARD_NOTE_FIELD } from '#core/contract/guard-note';
import { ISSUED_GRANT_MEMBERS } from '#core/contract/issued-grant';

/**
 * Every field of CloudFront's standard logs that this project reads or asks for. Glue columns,
 * delivery fields, readers, writers and documents are made from this table. Imports only
 * core/contract.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html#standard-logging-real-time-log-selection
 */

/** One field of a standard log. */
export interface LogField {
  /**
   * The name that CloudFront uses in `#Fields`, in JSON keys and in `record_fields` of a delivery.
   */
  readonly name: string;
  /** Name of the column in the tables and in Parquet files. */
  readonly column: string;
  /** Position in a v1 line, from 1; undefined for fields that only v2 has. */
  readonly v1Position?: number;
  /**
   * Whether the value could be used to get access. Such fields are only in the evidence delivery.
   */
  readonly sensitive: boolean;
  /** Whether the `traffic` delivery carries it. */
  readonly traffic: boolean;
  /**
   * Whether the field only makes answers surer or more detailed. A question can do without it,
   * unless its header requires the field. Every question that reads another field needs it.
   */
  readonly refines: boolean;
  readonly description: string;
}

interface FieldRow {
  readonly name: string;
  readonly description: string;
  readonly sensitive?: true;
  readonly traffic?: false;
  readonly refines?: true;
  readonly v2Only?: true;
}

/**
 * Other fields that say when a response ended, for logs without `date` and `time`: milliseconds,
 * and seconds with or without a fraction, since the Unix epoch. Real-time logs have only the second
 * one.
 */
export const TIMESTAMP_FIELDS = { milliseconds: 'timestamp(ms)', seconds: 'timestamp' } as const;

const ROWS: readonly FieldRow[] = [
  { name: 'date', description: 'day of the request, UTC, `yyyy-MM-dd`' },
  { name: 'time', description: 'time at which the edge finished the response, UTC, `HH:mm:ss`' },
  { name: 'x-edge-location', description: 'edge location, airport code first' },
  { name: 'sc-bytes', description: 'bytes sent to the viewer, headers included' },
  { name: 'c-ip', description: 'address of the viewer, or of its proxy' },
  { name: 'cs-method', description: 'HTTP method' },
  { name: 'cs(Host)', description: "the distribution's own domain name" },
  { name: 'cs-uri-stem', description: 'path, percent-encoded once more' },
  { name: 'sc-status', description: 'HTTP status; `000` when the viewer hung up' },
  { name: 'cs(Referer)', description: 'Referer header' },
  { name: 'cs(User-Agent)', description: 'User-Agent header' },
  {
    name: 'cs-uri-query',
    refines: true,
    description: 'query string: holds signed URLs',
    sensitive: true,
    traffic: false,
  },
  {
    name: 'cs(Cookie)',
    refines: true,
    description: 'Cookie header: holds signed cookies',
    sensitive: true,
    traffic: false,
  },
  {
    name: 'x-edge-result-type',
    description: 'how the response was classified after the last byte',
    refines: true,
  },
  { name: 'x-edge-request-id', description: 'id of the request', refines: true },
  { name: 'x-host-header', description: 'host that the viewer asked for', refines: true },
  { name: 'cs-protocol', description: '`http`, `https`, `ws`, `wss`', refines: true },
  { name: 'cs-bytes', description: 'bytes received from the viewer, headers included' },
  { name: 'time-taken', description: 'seconds from the request to the last byte', refines: true },
  { name: 'x-forwarded-for', description: 'addresses that proxies named', traffic: false },
  { name: 'ssl-protocol', description: 'TLS version' },
  { name: 'ssl-cipher', description: 'TLS cipher' },
  {
    name: 'x-edge-response-result-type',
    description: 'how the response was classified before it was sent',
    refines: true,
  },
  { name: 'cs-protocol-version', description: 'HTTP version' },
  { name: 'fle-status', description: 'field-level encryption: unused here', traffic: false },
  {
    name: 'fle-encrypted-fields',
    description: 'field-level encryption: unused here',
    traffic: false,
  },
  { name: 'c-port', description: 'port of the viewer' },
  { name: 'time-to-first-byte', description: 'seconds from the request to the first byte' },
  {
    name: 'x-edge-detailed-result-type',
    description: 'finer than `x-edge-result-type` for errors',
    refines: true,
  },
  { name: 'sc-content-type', description: 'Content-Type of the response', refines: true },
  {
    name: 'sc-content-len',
    description: 'Content-Length of the response; `-` when chunked',
    refines: true,
  },
  { name: 'sc-range-start', description: 'first byte of a range response', refines: true },
  { name: 'sc-range-end', description: 'last byte of a range response' },
  {
    name: TIMESTAMP_FIELDS.milliseconds,
    description: 'time of the response in milliseconds since the Unix epoch',
    v2Only: true,
  },
  {
    name: 'origin-fbl',
    description: "seconds to the origin's first byte; `-` when the origin was not asked",
    refines: true,
    v2Only: true,
  },
  { name: 'origin-lbl', description: "seconds to the origin's last byte", v2Only: true },
  { name: 'asn', description: "number of the viewer's network", refines: true, v2Only: true },
  {
    name: 'c-country',
    description: "the viewer's country, two letters",
    refines: true,
    v2Only: true,
  },
  {
    name: 'cache-behavior-path-pattern',
    description: 'path pattern of the cache behavior',
    v2Only: true,
  },
  {
    name: GUARD_NOTE_FIELD,
    description:
      'what viewer-guard wrote: key id, scope, not-before, expiry, fingerprint; never bearer material',
    refines: true,
    v2Only: true,
  },
];

function columnOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[()-]+/g, '_')
    .replace(/_+$/, '');
}

/** All fields, in the order of a v1 line and then those that only v2 has. */
export const LOG_FIELDS: readonly LogField[] = ROWS.map((row, index) => ({
  name: row.name,
  column: columnOf(row.name),
  ...(row.v2Only === undefined && { v1Position: index + 1 }),
  sensitive: row.sensitive ?? false,
  traffic: row.traffic ?? true,
  refines: row.refines ?? false,
  description: row.description,
}));

/** Fields of the `traffic` delivery. None of them could be used to get access. */
export const TRAFFIC_FIELDS: readonly LogField[] = LOG_FIELDS.filter(({ traffic }) => traffic);

/**
 * Fields of the `evidence` delivery: the request id, and the fields that could be used to get
 * access.
 */
export const EVIDENCE_FIELDS: readonly LogField[] = LOG_FIELDS.filter(
  ({ name, sensitive }) => sensitive || name === 'x-edge-request-id',
);

/** Fields of a v1 line, in its order. */
export const V1_FIELDS: readonly LogField[] = LOG_FIELDS.filter(
  ({ v1Position }) => v1Position !== undefined,
);

/**
 * One member of an issuance record. The session function writes a record before it hands out a
 * grant.
 */
export interface IssuedGrantField {
  /** The member of the JSON line. */
  readonly name: string;
  /** Column of `issued_grants`. */
  readonly column: string;
  readonly description: string;
}

/** Columns of `issued_grants`, all of them text. */
export const ISSUED_GRANT_FIELDS: readonly IssuedGrantField[] = Object.entries(
  ISSUED_GRANT_MEMBERS,
).map(([name, description]) => ({
  name,
  column: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  description,
}));

/** Fields that newer v1 logs have after those of {@link V1_FIELDS}. */
export const V1_LATER_FIELDS: readonly string[] = ['distribution-tenant-id', 'connection-id'];

/**
 * Real-time logs spell header fields in their own way. The values are the names of standard logs.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/real-time-logs.html
 */
export const REAL_TIME_NAMES: Readonly<Record<string, string>> = {
  'cs-host': 'cs(Host)',
  'cs-referer': 'cs(Referer)',
  'cs-user-agent': 'cs(User-Agent)',
  'cs-cookie': 'cs(Cookie)',
};
