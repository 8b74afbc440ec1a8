import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { QueryDescription } from '#analytics/catalog';
import { createDuckDbEngine, type DuckDbSettings } from '#analytics/engines/duckdb';
import type { QueryEngine } from '#analytics/engines/engine';
import { type GeneratedRequest, generateRequests } from '#analytics/generator/generate';
import { writeLogs } from '#analytics/generator/write-logs';
import { type ParameterType, renderLiteral } from '#analytics/parameters';
import { partitionsBetween } from '#analytics/partition';
import { findLogFiles } from '#analytics/records/log-file';
import { prepareStatement, type QueryValues } from '#analytics/render-query';
import { GUARD_NOTE_FIELD } from '#core/contract/guard-note';

const REQUESTS = 2_000;
const START = Date.parse('2026-11-22T00:00:00Z') / 1_000;
const WINDOW = { from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' };

/**
 * Values by the name of a parameter, else by its type: thresholds are low, so that every answer has
 * rows.
 */
const VALUES_BY_NAME: QueryValues = {
  ...WINDOW,
  min_times: 1,
  include_tenant_grants: 'yes',
};
const VALUES_BY_TYPE: Readonly<Record<ParameterType, string>> = {
  timestamp: '2026-11-22T00:00:00Z',
  text: 'tenant-3',
  // A prepared statement takes lists of one.
  'text-list': 'media.example.com',
  integer: '2',
  double: '0',
  'yes-no': 'yes',
};

/**
 * What generated requests do not vary by themselves, so that every question has something to
 * answer.
 */
function vary(request: GeneratedRequest, at: number): GeneratedRequest {
  const fields = {
    ...request.fields,
    asn: String(64_500 + (at % 9)),
    'time-to-first-byte': ((at % 997) / 1_000).toFixed(3),
    ...(at % 7 === 0 && { 'cs(Referer)': `https://site-${at % 5}.example.net/page` }),
    ...(at % 11 === 0 && {
      'c-ip': `2001:db8:${(at % 13).toString(16)}::${(at % 17).toString(16)}`,
    }),
    ...(at % 61 === 0 && { 'sc-status': '503', 'sc-content-type': 'text/html' }),
  };
  return { ...request, fields };
}

/** Every so many requests one is logged twice, and the same again: three lines of one request. */
const COPY_EVERY = 23;
const THIRD_LINE_EVERY = 50;

/** Some lines have no id, as when the field is not delivered. */
function withoutSomeIds(request: GeneratedRequest, at: number): GeneratedRequest {
  if (at % 89 !== 0) return request;
  return { ...request, fields: { ...request.fields, 'x-edge-request-id': '-' } };
}

/**
 * The lines that every engine is asked about: always the same, over one whole day, with copies,
 * with refusals whose clients hung up, with cookies of others beside the signed ones, and with
 * lines that have no id.
 */
export function comparedRequests(): readonly GeneratedRequest[] {
  const settings = { seed: 11, requests: REQUESTS, startEpoch: START, copyEvery: COPY_EVERY };
  const lines: GeneratedRequest[] = [];
  let last: GeneratedRequest | undefined;
  for (const request of generateRequests(settings)) {
    // A copy is the same object: what varies with the position must not make another line of it.
    const line =
      request === last ? lines.at(-1) : vary(withoutSomeIds(request, lines.length), lines.length);
    last = request;
    if (line === undefined) continue;
    lines.push(line);
    if (lines.length % THIRD_LINE_EVERY === 0) lines.push(line);
  }
  return lines;
}

/**
 * Changes exactly when the generated requests do: answers about other requests are not compared.
 */
export function digestOf(requests: readonly GeneratedRequest[]): string {
  // JSON has no `undefined`: a request that nobody refused has the cause null there.
  const text = JSON.stringify(
    requests.map((request) => ({ ...request, cause: request.cause ?? null })),
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The fingerprint of the first grant that a request presented with success. */
export function fingerprintIn(requests: readonly GeneratedRequest[]): string {
  for (const { fields, cause } of requests) {
    const fingerprint = /;f=([\w~-]+)/.exec(
      decodeURIComponent(fields[GUARD_NOTE_FIELD] ?? ''),
    )?.[1];
    if (cause === undefined && fingerprint !== undefined) return fingerprint;
  }
  throw new Error('no request presented a grant');
}

/** Values of parameters that have no default. */
function requiredValue(name: string, type: ParameterType): string {
  return name === 'fingerprint' ? fingerprintIn(comparedRequests()) : VALUES_BY_TYPE[type];
}

/** Values for every parameter of a query that demands one or cuts off what is below a threshold. */
export function comparedValues({ parameters }: QueryDescription): QueryValues {
  const given = parameters.filter(
    ({ name, default: standard }) =>
      standard === undefined || name in VALUES_BY_NAME || name.startsWith('min_'),
  );
  return Object.fromEntries(
    given.map(({ name, type }) => [name, VALUES_BY_NAME[name] ?? requiredValue(name, type)]),
  );
}

/** The same values as SQL, in the order in which the prepared statement of a query takes them. */
export function preparedValues(query: QueryDescription): readonly string[] {
  const values = comparedValues(query);
  const partitions = partitionsBetween(WINDOW.from, WINDOW.to);
  const parameters = new Map(query.parameters.map((parameter) => [parameter.name, parameter]));
  return prepareStatement(query).order.map((name) => {
    if (name === 'from_partition') return renderLiteral(name, 'text', partitions.from);
    if (name === 'to_partition') return renderLiteral(name, 'text', partitions.to);
    const { type = 'text', default: standard = '' } = parameters.get(name) ?? {};
    return renderLiteral(name, type === 'text-list' ? 'text' : type, values[name] ?? standard);
  });
}

/** Requests by the partition of the hour in which they were answered. */
export function byHour(
  requests: readonly GeneratedRequest[],
): ReadonlyMap<string, readonly GeneratedRequest[]> {
  const hours = new Map<string, GeneratedRequest[]>();
  for (const request of requests) {
    const { date = '', time = '' } = request.fields;
    const hour = `${date.replaceAll('-', '/')}/${time.slice(0, 2)}`;
    hours.set(hour, [...(hours.get(hour) ?? []), request]);
  }
  return hours;
}

/**
 * JSON lines of issuance records for what these requests presented: some signatures are of two
 * people.
 */
export function grantLines(requests: readonly GeneratedRequest[]): string {
  const records = requests.flatMap(({ fields }, at) => {
    const signature = /CloudFront-Signature=([^;]*)/.exec(fields['cs(Cookie)'] ?? '')?.[1];
    if (signature === undefined || at % 3 === 0) return [];
    const people = at % 5 === 0 ? ['person-a', 'person-b'] : [`person-${at % 4}`];
    return people.map((userHash) => ({
      time: `${fields['date'] ?? ''}T${fields['time'] ?? ''}Z`,
      requestId: `request-${at}`,
      userHash,
      ...(at % 10 === 0 && { actorHash: 'person-c' }),
      tenant: 'tenant-3',
      scope: '/t/tenant-3/',
      keyPairId: 'K2JCJMDEHXQW5F',
      startsAt: `${fields['date'] ?? ''}T00:00:00Z`,
      expiresAt: `${fields['date'] ?? ''}T23:00:00Z`,
      fingerprint: signature.replaceAll('%7E', '~').slice(0, 24),
    }));
  });
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** DuckDB over the logs in a folder, with every field in one file, and over issuance records. */
export async function openDuckDb(
  folder: string,
  requests: readonly GeneratedRequest[],
  settings: Pick<DuckDbSettings, 'heldLogBytes'> = {},
): Promise<QueryEngine> {
  writeLogs(folder, 'v2-json', requests);
  for (const [hour, inHour] of byHour(requests)) {
    const grants = path.join(folder, 'issued-grants', hour);
    mkdirSync(grants, { recursive: true });
    writeFileSync(path.join(grants, 'records.gz'), gzipSync(grantLines(inHour)));
  }
  return createDuckDbEngine({ files: findLogFiles(folder), ...settings });
}
