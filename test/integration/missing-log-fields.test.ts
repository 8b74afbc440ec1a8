import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { listQueries, type QueryDescription } from '#analytics/catalog';
import { createDuckDbEngine, type DuckDbEngine } from '#analytics/engines/duckdb';
import { LOG_FIELDS, type LogField, REAL_TIME_NAMES } from '#analytics/fields';
import { type GeneratedRequest, generateRequests } from '#analytics/generator/generate';
import {
  encodeTextLog,
  type LogRecord,
  ParquetLogWriter,
} from '#analytics/records/encode-log-file';
import { findLogFiles } from '#analytics/records/log-file';
import { renderQuery } from '#analytics/render-query';
import { requireFields } from '#cli/logs/missing-fields';
import { lowLimitsFor } from '#test/support/low-limits';
import { fingerprintIn } from '#test/trino/compared-logs';
import { makeContext } from '#test/unit/cli/command-fixture';

/**
 * Every format × every field left out × every question: the right rows, or an error that names the
 * field. What a question does not read (test/generated/required-fields.ts asks DuckDB's plan)
 * cannot change its answer, so only the other pairs are asked.
 */

const START = Date.parse('2026-11-22T00:00:00Z') / 1_000;
const DAY = { from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' };
const QUERIES = listQueries();

let folder: string;
let requests: readonly GeneratedRequest[];

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-missing-'));
  requests = [...generateRequests({ seed: 11, requests: 1_500, startEpoch: START })];
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Format = 'v1 or v2 text' | 'v2 JSON' | 'v2 Parquet' | 'real-time names';
const FORMATS: readonly Format[] = ['v1 or v2 text', 'v2 JSON', 'v2 Parquet', 'real-time names'];

const STANDARD_TO_REAL_TIME = new Map(
  Object.entries(REAL_TIME_NAMES).map(([alias, name]) => [name, alias]),
);

function inRealTimeNames(fields: readonly LogField[], records: readonly LogRecord[]): string {
  const names = fields.map(({ name }) => STANDARD_TO_REAL_TIME.get(name) ?? name);
  const lines = records.map((record) => fields.map(({ name }) => record[name] ?? '-').join('\t'));
  return `#Fields: ${names.join(' ')}\n${lines.join('\n')}\n`;
}

async function write(place: string, format: Format, fields: readonly LogField[]): Promise<string> {
  const records = requests.map((request) => request.fields);
  mkdirSync(place, { recursive: true });
  if (format === 'v2 Parquet') {
    const writer = await ParquetLogWriter.create();
    await writer.write(path.join(place, 'a.parquet'), fields, records);
    writer.close();
  } else if (format === 'real-time names') {
    writeFileSync(path.join(place, 'a.log'), inRealTimeNames(fields, records));
  } else {
    const form = format === 'v2 JSON' ? 'v2-json' : 'v2-text';
    writeFileSync(path.join(place, 'a.gz'), encodeTextLog(form, fields, records));
  }
  return place;
}

function open(place: string): Promise<DuckDbEngine> {
  return createDuckDbEngine({ files: findLogFiles(place) });
}

async function tableOf(place: string, without: LogField | undefined): Promise<unknown> {
  const engine = await open(place);
  const removed = without === undefined ? '' : ` replace (null as "${without.column}")`;
  const columns = await engine.run('select * from log_lines limit 0');
  const has = without !== undefined && columns.columns.includes(without.column);
  const shown = has ? removed : '';
  const { rows } = await engine.run(
    `select md5(string_agg(cast(lines as varchar), '' order by cast(lines as varchar))), count(*) from (select *${shown} from log_lines) as lines`,
  );
  await engine.close();
  return rows;
}

describe.each(FORMATS)('%s', (format) => {
  let whole: string;

  beforeAll(async () => {
    whole = await write(path.join(folder, `${format} whole`), format, LOG_FIELDS);
  });

  it.each(LOG_FIELDS.map((field) => [field.name, field] as const))(
    'without %s, the lines are the same and the column is null; or the lack is named',
    async (name, field) => {
      const fields = LOG_FIELDS.filter((one) => one !== field);
      const place = await write(path.join(folder, `${format} ${field.column}`), format, fields);
      const engine = await open(place);
      const missing = await engine.findMissing(LOG_FIELDS.map((one) => one.name));
      await engine.close();

      expect(missing.map((one) => one.field)).toContain(name);
      if (name === 'date' || name === 'time') return;
      expect(await tableOf(place, field)).toEqual(await tableOf(whole, field));
    },
  );
});

describe('every question', () => {
  const engines = new Map<string, DuckDbEngine>();
  let whole: DuckDbEngine;

  beforeAll(async () => {
    whole = await open(await write(path.join(folder, 'asked whole'), 'v2 Parquet', LOG_FIELDS));
    for (const field of LOG_FIELDS) {
      const fields = LOG_FIELDS.filter((one) => one !== field);
      const place = path.join(folder, `asked ${field.column}`);
      engines.set(field.name, await open(await write(place, 'v2 Parquet', fields)));
    }
  });

  afterAll(async () => {
    for (const engine of [whole, ...engines.values()]) await engine.close();
  });

  function sqlOf(query: QueryDescription): string {
    return renderQuery(query, { ...DAY, ...lowLimitsFor(query, fingerprintIn(requests)) });
  }

  it.each(QUERIES.map((query) => [query.name, query] as const))(
    '%s names each field that it cannot do without',
    async (_name, query) => {
      expect(query.requiredFields.length).toBeGreaterThan(2);
      for (const name of query.requiredFields) {
        const engine = engines.get(name);
        if (engine === undefined) throw new Error(`no field ${name}`);
        // A log without a date lacks the time too: one name for both.
        const named = name === 'time' ? /time|date/ : new RegExp(name.replace(/[()]/g, '\\$&'));
        await expect(requireFields(makeContext().context, engine, query)).rejects.toThrow(named);
      }
    },
  );

  it.each(QUERIES.map((query) => [query.name, query] as const))(
    '%s has rows without any field that only refines',
    async (_name, query) => {
      const sql = sqlOf(query);
      const { rows } = await whole.run(sql);
      expect(rows.length).toBeGreaterThan(0);
      const refining = LOG_FIELDS.filter(
        ({ name, column, refines }) =>
          refines && !query.requiredFields.includes(name) && sql.includes(column),
      );
      const empty: string[] = [];
      for (const { name } of refining) {
        const answer = await engines.get(name)?.run(sql);
        if (answer?.rows.length === 0) empty.push(name);
      }

      expect(empty).toEqual([]);
    },
  );

  it('L-03: a cause that is called certain stays what it is without any field', async () => {
    const refusals = QUERIES.find(({ name }) => name === 'refusals');
    if (refusals === undefined) throw new Error('no query refusals');
    const sql = sqlOf(refusals);
    const causes = async (
      engine: DuckDbEngine,
    ): Promise<Map<string, readonly [string, string]>> => {
      const { rows } = await engine.run(sql);
      return new Map(
        rows.map(([id, , , cause, confidence]) => [
          String(id),
          [String(cause), String(confidence)] as const,
        ]),
      );
    };
    const known = await causes(whole);
    const wrong: string[] = [];
    for (const { name, refines } of LOG_FIELDS) {
      const engine = engines.get(name);
      if (!refines || engine === undefined || name === 'x-edge-request-id') continue;
      for (const [id, [cause, confidence]] of await causes(engine))
        if (confidence === 'certain' && known.get(id)?.[0] !== cause)
          wrong.push(`${name}: ${cause} instead of ${String(known.get(id)?.[0])}`);
    }

    expect([...new Set(wrong)]).toEqual([]);
  });
});
