import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createDuckDbEngine } from '#analytics/engines/duckdb';
import type { Cell, QueryEngine } from '#analytics/engines/engine';

let engine: QueryEngine;

beforeAll(async () => {
  engine = await createDuckDbEngine({ files: [] });
});

afterAll(async () => {
  await engine.close();
});

async function value(expression: string): Promise<Cell | undefined> {
  const { rows } = await engine.run(`select ${expression}`);
  return rows[0]?.[0];
}

it.each<[string, Cell]>([
  ["'with a as (select 1) -- as ('", 'with a as (select 1) -- as ('],
  ["'it''s as ('", "it's as ("],
  ["timestamp '2026-11-22 08:00:00'", '2026-11-22 08:00:00'],
  ["timestamp '2026-11-22 08:00:00.250'", '2026-11-22 08:00:00.25'],
  ['cast(7 as bigint)', 7],
  ['cast(9007199254740993 as bigint)', '9007199254740993'],
  ['cast(0.5 as double)', 0.5],
  ['1 < 2', true],
  ['null', null],
])('gives %s as any engine does', async (expression, expected) => {
  expect(await value(expression)).toBe(expected);
});

it.each<[string, Cell]>([
  ["regexp_replace('a1b2', '[0-9]', '')", 'ab'],
  [
    "to_hex(sha256(to_utf8('abc')))",
    'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD',
  ],
  ["from_utf8(from_base64('YWJj'))", 'abc'],
  ["regexp_like('abc', '^a')", true],
  ["to_unixtime(timestamp '1970-01-01 00:01:00')", 60],
])('%s means what it means on Trino', async (expression, expected) => {
  expect(await value(expression)).toBe(expected);
});

it('has every table without any file', async () => {
  for (const table of ['log_lines', 'evidence_lines', 'issued_grants']) {
    expect((await engine.run(`select * from ${table}`)).rows).toEqual([]);
  }
});

it('a large answer comes whole and in order', async () => {
  const { rows } = await engine.run('select n from range(0, 10000) as numbers (n) order by 1');
  expect(rows.map(([number]) => number)).toEqual(Array.from({ length: 10_000 }, (_n, at) => at));
});

it('rejects a statement that fails, and goes on', async () => {
  await expect(engine.run('select * from nowhere')).rejects.toThrow('nowhere');
  expect(await value('1')).toBe(1);
});

it('gets more memory for a question that needs more than its limit', async () => {
  const small = await createDuckDbEngine({ files: [], memoryLimitMegabytes: 20 });
  const { rows } = await small.run(
    'select len(array_agg(n)) from range(0, 4000000) as numbers (n)',
  );
  await small.close();

  expect(rows).toEqual([[4_000_000]]);
});

it('keeps to its limit where settings are locked', async () => {
  const locked = await createDuckDbEngine({ files: [], memoryLimitMegabytes: 20 });
  await locked.run('set lock_configuration = true');
  const failure = locked.run('select len(array_agg(n)) from range(0, 4000000) as numbers (n)');

  await expect(failure).rejects.toThrow('Out of Memory');
  await locked.close();
});

it('fails where no memory is enough', async () => {
  const small = await createDuckDbEngine({ files: [], memoryLimitMegabytes: 1 });
  const failure = small.run('select len(array_agg(n)) from range(0, 40000000) as numbers (n)');

  await expect(failure).rejects.toThrow('Out of Memory');
  await small.close();
});

it('leaves no folder behind', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-overflow-'));
  jest.spyOn(os, 'tmpdir').mockReturnValue(folder);
  const other = await createDuckDbEngine({ files: [] });
  expect(readdirSync(folder)).toHaveLength(1);
  await other.close();
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

it('an interrupt ends the statement that runs, and every later one', async () => {
  const other = await createDuckDbEngine({ files: [] });
  const long = other.run('select count(*) from range(400000) as a, range(400000) as b');
  // Said at once, while the statement is still being prepared.
  other.interrupt();
  await expect(long).rejects.toThrow('Interrupted');
  await expect(other.run('select 1')).rejects.toThrow('Interrupted');
  await other.close();
});
