import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { listQueries } from '#analytics/catalog';
import { createDuckDbEngine } from '#analytics/engines/duckdb';
import type { QueryEngine } from '#analytics/engines/engine';
import { LOG_FIELDS } from '#analytics/fields';
import { type GeneratedRequest, generateRequests } from '#analytics/generator/generate';
import { writeLogs, writeParquetLogs } from '#analytics/generator/write-logs';
import { findLogFiles } from '#analytics/records/log-file';
import { renderQuery } from '#analytics/render-query';
import { lowLimitsFor } from '#test/support/low-limits';
import { fingerprintIn } from '#test/trino/compared-logs';

const START = Date.parse('2026-11-22T00:00:00Z') / 1_000;
const DAY = { from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' };
const V2_ONLY = LOG_FIELDS.filter(({ v1Position }) => v1Position === undefined);
const APPROXIMATE: readonly string[] = ['latency-percentiles'];

/**
 * Each way of writing the same requests; `v1` and what is compared with it lack the fields of v2.
 */
type Source = 'v2 text' | 'v2 JSON' | 'v2 Parquet' | 'v1' | 'v2 of v1 fields' | 'mixed';

/** Whose text is kept as Parquet: the others are read as they are. */
const READ_ONCE: readonly Source[] = ['v2 JSON', 'v1', 'v2 of v1 fields', 'mixed'];

let folder: string;
let fingerprint: string;
const engines = new Map<Source, QueryEngine>();

function withoutV2Fields(request: GeneratedRequest): GeneratedRequest {
  const blank = Object.fromEntries(V2_ONLY.map(({ name }) => [name, '-']));
  return { ...request, fields: { ...request.fields, ...blank } };
}

async function writeMixed(into: string, requests: readonly GeneratedRequest[]): Promise<void> {
  const quarter = (at: number): GeneratedRequest[] =>
    requests.filter(({ fields }) => Number((fields['time'] ?? '').slice(0, 2)) % 4 === at);
  writeLogs(path.join(into, 'a'), 'v1', quarter(0));
  writeLogs(path.join(into, 'b'), 'v2-text', quarter(1));
  writeLogs(path.join(into, 'c'), 'v2-json', quarter(2));
  await writeParquetLogs(path.join(into, 'd'), quarter(3));
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-formats-'));
  const requests = [...generateRequests({ seed: 7, requests: 4_000, startEpoch: START })];
  fingerprint = fingerprintIn(requests);
  const plain = requests.map(withoutV2Fields);
  const place = (source: Source): string => path.join(folder, source);
  writeLogs(place('v2 text'), 'v2-text', requests);
  writeLogs(place('v2 JSON'), 'v2-json', requests);
  await writeParquetLogs(place('v2 Parquet'), requests);
  writeLogs(place('v1'), 'v1', requests);
  writeLogs(place('v2 of v1 fields'), 'v2-text', plain);
  await writeMixed(place('mixed'), plain);
  for (const source of [
    'v2 text',
    'v2 JSON',
    'v2 Parquet',
    'v1',
    'v2 of v1 fields',
    'mixed',
  ] as const)
    engines.set(
      source,
      await createDuckDbEngine({
        files: findLogFiles(place(source)),
        readsTextOnce: READ_ONCE.includes(source),
      }),
    );
});

afterAll(async () => {
  for (const engine of engines.values()) await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(source: Source, name: string): Promise<unknown> {
  const query = listQueries().find((one) => one.name === name);
  const engine = engines.get(source);
  if (query === undefined || engine === undefined) throw new Error(`no ${name} or ${source}`);
  const values = lowLimitsFor(query, fingerprint);
  const answer = await engine.run(renderQuery(query, { ...DAY, ...values }));
  expect(answer.columns).toEqual(query.columns);
  expect(answer.rows.length).toBeGreaterThan(0);
  return APPROXIMATE.includes(name) ? answer.rows.map((row) => row.slice(0, 2)) : answer.rows;
}

/**
 * A v2 line with an empty cookie field says that no cookie was sent. A v1 line says nothing,
 * because v1 logs have the field also when they log no cookies. So one column differs.
 */
function withoutV1Column(name: string, rows: unknown): unknown {
  if (name !== 'evidence-gaps') return rows;
  const query = listQueries().find((one) => one.name === name);
  const at = query?.columns.indexOf('without_evidence') ?? -1;
  expect(at).toBeGreaterThan(0);
  return (rows as readonly unknown[][]).map((row) => row.toSpliced(at, 1));
}

describe('the same rows over every format', () => {
  it.each(listQueries().map(({ name }) => name))('%s', async (name) => {
    const text = await ask('v2 text', name);
    expect(await ask('v2 JSON', name)).toEqual(text);
    expect(await ask('v2 Parquet', name)).toEqual(text);
    const v1 = withoutV1Column(name, await ask('v1', name));
    expect(withoutV1Column(name, await ask('v2 of v1 fields', name))).toEqual(v1);
    expect(withoutV1Column(name, await ask('mixed', name))).toEqual(v1);
  });

  it('shows every hour of a day', async () => {
    const hours = (await ask('v2 Parquet', 'evidence-gaps')) as unknown[][];
    expect(hours.map(([hour]) => String(hour).slice(11, 13))).toEqual(
      Array.from({ length: 24 }, (_hour, at) => String(at).padStart(2, '0')),
    );
    expect(hours.filter((row) => row[1] === 0)).toEqual([]);
  });
});

describe('which files count', () => {
  it('a refusal that v1 and v2 both hold counts once', async () => {
    const both = await createDuckDbEngine({
      files: [
        ...findLogFiles(path.join(folder, 'v1')),
        ...findLogFiles(path.join(folder, 'v2 of v1 fields')),
      ],
    });
    const query = listQueries().find(({ name }) => name === 'refusals');
    if (query === undefined) throw new Error('no query refusals');
    const { rows } = await both.run(renderQuery(query, DAY));
    await both.close();
    expect(rows).toEqual(await ask('v1', 'refusals'));
  });

  it('opens only the files of the hours that were asked for', async () => {
    const engine = await createDuckDbEngine({
      files: findLogFiles(path.join(folder, 'v2 Parquet')),
      partitions: { from: '2026/11/22/05', to: '2026/11/22/06' },
    });
    const { rows } = await engine.run('select distinct dt from log_lines order by 1');
    await engine.close();
    expect(rows).toEqual([['2026/11/22/05'], ['2026/11/22/06']]);
  });
});
