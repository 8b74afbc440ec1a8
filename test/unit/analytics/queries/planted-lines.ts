import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { listQueries } from '#analytics/catalog';
import { createDuckDbEngine } from '#analytics/engines/duckdb';
import type { Cell } from '#analytics/engines/engine';
import { LOG_FIELDS, type LogField, V1_FIELDS } from '#analytics/fields';
import { writeIssuedGrants } from '#analytics/generator/write-logs';
import { encodeTextLog, ParquetLogWriter } from '#analytics/records/encode-log-file';
import { encodeLogValue } from '#analytics/records/encode-log-value';
import { findLogFiles } from '#analytics/records/log-file';
import { renderQuery, type SignatureVerdict } from '#analytics/render-query';
import { FINGERPRINT_CHARACTERS } from '#core/contract/fingerprint';
import type { IssuedGrantRecord } from '#core/contract/issued-grant';
import { encodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';

/** Values of a log line as a viewer and CloudFront mean them, by field name. */
export type PlantedLine = Readonly<Record<string, string>>;

/** What a question is asked about. */
export interface Planted {
  readonly lines: readonly PlantedLine[];
  readonly grants?: readonly IssuedGrantRecord[];
  readonly values?: Readonly<Record<string, string | number>>;
  readonly verdicts?: readonly SignatureVerdict[];
  /** @default v2-json */
  readonly format?: LogForm;
  /** Fields that the delivery does not carry. @default - none */
  readonly without?: readonly string[];
}

/** Every format of a standard log. */
export const LOG_FORMS = ['v1', 'v2-text', 'v2-json', 'parquet'] as const;
/** One format of a standard log. */
export type LogForm = (typeof LOG_FORMS)[number];

/**
 * As on Trino and Athena, where a part that is not there is null, and null swallows what is joined
 * to it.
 */
const SPLIT_PART_OF_TRINO =
  'create macro split_part(text, mark, place) as string_split(text, mark)[place]';

const DAY = { from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' };
export const BASE = 'https://media.example.com';

const SERVED: PlantedLine = {
  date: '2026-11-22',
  time: '08:00:00',
  'x-edge-location': 'FRA56-P1',
  'sc-bytes': '1000',
  'c-ip': '192.0.2.10',
  'cs-method': 'GET',
  'cs-uri-stem': '/t/acme/f/7/a.png',
  'sc-status': '200',
  'cs(User-Agent)': 'Mozilla/5.0 (X11)',
  'x-edge-result-type': 'Hit',
  'x-edge-response-result-type': 'Hit',
  'x-edge-detailed-result-type': 'Hit',
  'x-host-header': 'media.example.com',
  'cs-protocol': 'https',
  'sc-content-type': 'image/png',
  'sc-content-len': '900',
  'time-taken': '0.010',
  'time-to-first-byte': '0.010',
  'c-country': 'DE',
  asn: '64500',
};

/** Body lengths of CloudFront's own refusals. */
export const LENGTHS = {
  MissingKey: '146',
  InvalidKey: '106',
  MalformedPolicy: '116',
  MalformedSignature: '131',
  AccessDenied: '110',
} as const;

/** A refusal of the edge itself. */
export function refusedWith(code: keyof typeof LENGTHS, more: PlantedLine = {}): PlantedLine {
  return {
    'sc-status': '403',
    'x-edge-result-type': 'Error',
    'x-edge-response-result-type': 'Error',
    'x-edge-detailed-result-type': 'Error',
    'sc-content-type': 'text/xml',
    'sc-content-len': LENGTHS[code],
    ...more,
  };
}

/** Seconds since the Unix epoch of a time on the planted day. */
export function at(time: string): number {
  return Date.parse(`2026-11-22T${time}Z`) / 1_000;
}

interface PolicyParts {
  readonly resource?: string;
  readonly notAfter?: number;
  readonly notBefore?: number;
  readonly range?: string;
}

/** The text of a custom policy. */
export function policyOf({ resource, notAfter, notBefore, range }: PolicyParts): string {
  return JSON.stringify({
    Statement: [
      {
        ...(resource !== undefined && { Resource: resource }),
        Condition: {
          DateLessThan: { 'AWS:EpochTime': notAfter ?? at('09:00:00') },
          ...(notBefore !== undefined && { DateGreaterThan: { 'AWS:EpochTime': notBefore } }),
          ...(range !== undefined && { IpAddress: { 'AWS:SourceIp': range } }),
        },
      },
    ],
  });
}

/** Signed cookies with a policy, as a `Cookie` header. */
export function cookiesWith(
  policy: string,
  signature = 'sig-'.repeat(10),
  key = 'K1',
): PlantedLine {
  const encoded = encodeCloudFrontBase64(new TextEncoder().encode(policy));
  return {
    'cs(Cookie)': `CloudFront-Policy=${encoded}; CloudFront-Signature=${signature}; CloudFront-Key-Pair-Id=${key}`,
  };
}

function completeLine(line: PlantedLine, index: number): PlantedLine {
  const values = {
    'x-edge-request-id': `request-${String(index).padStart(4, '0')}`,
    ...SERVED,
    ...line,
  };
  return Object.fromEntries(
    LOG_FIELDS.map(({ name }) => {
      const value = (values as PlantedLine)[name];
      return [name, value === undefined ? '-' : encodeLogValue(value)];
    }),
  );
}

interface LogContent {
  readonly format: LogForm;
  readonly fields: readonly LogField[];
  readonly records: readonly PlantedLine[];
}

async function writeLog(folder: string, { format, fields, records }: LogContent): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (format !== 'parquet') {
    writeFileSync(path.join(folder, 'log.gz'), encodeTextLog(format, fields, records));
    return;
  }
  const writer = await ParquetLogWriter.create();
  await writer.write(path.join(folder, 'log.parquet'), fields, records);
  writer.close();
}

/**
 * The answer to a question about planted lines, each an image that was served unless it says
 * otherwise.
 */
export async function ask(
  name: string,
  planted: Planted,
): Promise<readonly Readonly<Record<string, Cell>>[]> {
  const {
    lines,
    grants = [],
    values = {},
    verdicts = [],
    format = 'v2-json',
    without = [],
  } = planted;
  const query = listQueries().find((one) => one.name === name);
  if (query === undefined) throw new Error(`no query ${name}`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-lines-'));
  const fields = (format === 'v1' ? V1_FIELDS : LOG_FIELDS).filter(
    ({ name }) => !without.includes(name),
  );
  if (lines.length > 0)
    await writeLog(path.join(folder, 'logs'), { format, fields, records: lines.map(completeLine) });
  writeIssuedGrants(path.join(folder, 'grants'), grants);
  const engine = await createDuckDbEngine({ files: findLogFiles(folder) });
  try {
    await engine.run(SPLIT_PART_OF_TRINO);
    const { columns, rows } = await engine.run(
      renderQuery(query, { ...DAY, ...values }, { verdicts }),
    );
    return rows.map((row) =>
      Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])),
    );
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The record of a grant for the tenant `acme`, with the fingerprint of a signature. */
export function grantRecord(
  userHash: string,
  signature: string,
  more: Partial<IssuedGrantRecord> = {},
): IssuedGrantRecord {
  return {
    time: '2026-11-22T07:59:00Z',
    requestId: 'request-1',
    userHash,
    tenant: 'acme',
    scope: '/t/acme/',
    keyPairId: 'K1',
    startsAt: '2026-11-22T07:58:00Z',
    expiresAt: '2026-11-22T08:14:00Z',
    fingerprint: signature.slice(0, FINGERPRINT_CHARACTERS),
    ...more,
  };
}

/** So many copies of a line. */
export function times(count: number, lineOf: (index: number) => PlantedLine): PlantedLine[] {
  return Array.from({ length: count }, (_line, index) => lineOf(index));
}
