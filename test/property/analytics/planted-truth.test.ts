import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { listQueries } from '../../../analytics/catalog';
import { createDuckDbEngine } from '../../../analytics/engines/duckdb';
import type { QueryResult } from '../../../analytics/engines/engine';
import { generateRequests, type GeneratedRequest } from '../../../analytics/generator/generate';
import { KINDS } from '../../../analytics/generator/kinds';
import { writeLogs } from '../../../analytics/generator/write-logs';
import type { TextLogForm } from '../../../analytics/records/encode-log-file';
import { findLogFiles } from '../../../analytics/records/log-file';
import { renderQuery } from '../../../analytics/render-query';

jest.setTimeout(300_000);

const START = Date.parse('2026-11-22T00:00:00Z') / 1_000;
const DAY = { from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' };
const REQUESTS = Number(process.env['EDGEPASS_LOG_LINES'] ?? 200_000);
const FORMS: readonly TextLogForm[] = ['v1', 'v2-text', 'v2-json'];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-logs-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function ask(
  name: string,
  files: ReturnType<typeof findLogFiles>,
  values: Record<string, string> = {},
): Promise<QueryResult> {
  const query = listQueries().find((one) => one.name === name);
  if (query === undefined) throw new Error(`no query ${name}`);
  const engine = await createDuckDbEngine({ files });
  try {
    return await engine.run(renderQuery(query, { ...DAY, ...values }));
  } finally {
    await engine.close();
  }
}

const generate = (requests: number): Generator<GeneratedRequest> =>
  generateRequests({ seed: 7, requests, startEpoch: START });

describe('L-07: the cause of every refusal against planted truth', () => {
  it(`is exact over ${REQUESTS} generated requests of ${Object.keys(KINDS).length} kinds`, async () => {
    const source = path.join(folder, 'many');
    const planted = new Map<string, string>();
    const counted = function* (): Generator<GeneratedRequest> {
      for (const request of generate(REQUESTS)) {
        if (request.cause !== null)
          planted.set(request.fields['x-edge-request-id'] ?? '', request.cause);
        yield request;
      }
    };
    writeLogs(source, 'v1', counted());
    const { rows } = await ask('refusals', findLogFiles(source));
    const wrong = rows.filter(([id, , , cause]) => planted.get(String(id)) !== cause);
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(rows).toHaveLength(planted.size);
    expect(new Set(rows.map(([, , , cause]) => cause)).size).toBeGreaterThanOrEqual(12);
  });

  it('never claims to know what only the body length tells', async () => {
    const source = path.join(folder, 'without-evidence');
    const blind = function* (): Generator<GeneratedRequest> {
      for (const request of generate(5_000))
        yield { ...request, fields: { ...request.fields, 'cs(Cookie)': '-', 'cs-uri-query': '-' } };
    };
    writeLogs(source, 'v2-json', blind());
    const { rows } = await ask('refusals', findLogFiles(source));
    const named = new Set(
      rows.map(([, , , cause, confidence]) => `${String(cause)}: ${String(confidence)}`),
    );
    expect(named).toContain('denied_unspecified: cannot be known');
    expect(
      [...named].filter((text) =>
        /^(?:expired|not_yet_valid|outside_path|wrong_address|bad_signature)/.test(text),
      ),
    ).toEqual([]);
    expect([...named].filter((text) => text.endsWith(': certain')).sort()).toEqual([
      'geo_blocked: certain',
    ]);
  });

  it('shows every hour of a day', async () => {
    const source = path.join(folder, 'hours');
    writeLogs(source, 'v2-text', generate(2_400));
    const { rows } = await ask('refusals', findLogFiles(source));
    const hours = new Set(rows.map(([, time]) => String(time).slice(11, 13)));
    expect([...hours].sort()).toEqual(
      Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')),
    );
  });

  it('opens only the files of the hours that were asked for', async () => {
    const source = path.join(folder, 'two-hours');
    writeLogs(source, 'v2-text', generate(2_400));
    const files = findLogFiles(source);
    const query = listQueries().find(({ name }) => name === 'refusals');
    if (query === undefined) throw new Error('no query refusals');
    const engine = await createDuckDbEngine({
      files,
      partitions: { from: '2026/11/22/05', to: '2026/11/22/06' },
    });
    const { rows } = await engine.run(renderQuery(query, DAY));
    await engine.close();
    expect(new Set(rows.map(([, time]) => String(time).slice(11, 13)))).toEqual(
      new Set(['05', '06']),
    );
  });
});

describe('the same rows over every format', () => {
  const names = listQueries().map(({ name }) => name);

  it.each(names)('%s', async (name) => {
    const answers: QueryResult[] = [];
    for (const form of FORMS) {
      const source = path.join(folder, `same-${form}`);
      writeLogs(source, form, generate(8_000));
      answers.push(await ask(name, findLogFiles(source)));
    }
    const [first, ...others] = answers;
    expect(first?.rows.length).toBeGreaterThan(0);
    expect(first?.columns).toEqual(listQueries().find((query) => query.name === name)?.columns);
    for (const other of others) expect(other.rows).toEqual(first?.rows);
  });

  it('a request that several formats hold counts once', async () => {
    const mixed = path.join(folder, 'mixed');
    for (const form of FORMS) writeLogs(path.join(mixed, form), form, generate(1_000));
    const alone = path.join(folder, 'alone');
    writeLogs(alone, 'v1', generate(1_000));
    const [{ rows: three }, { rows: one }] = await Promise.all([
      ask('refusals', findLogFiles(mixed)),
      ask('refusals', findLogFiles(alone)),
    ]);
    expect(three).toHaveLength(one.length);
  });
});

it('a policy that names another tenant is not proven by being sent', async () => {
  const source = path.join(folder, 'forged');
  writeLogs(source, 'v1', generate(20_000));
  const { rows } = await ask('refusals', findLogFiles(source));
  const outside = rows.filter(([, , , cause]) => cause === 'outside_path');
  expect(outside.length).toBeGreaterThan(100);
  expect(outside.filter(([, , , , , proven]) => proven === true)).toEqual([]);
});
