import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { listQueries } from '#analytics/catalog';
import type { QueryEngine } from '#analytics/engines/engine';
import { renderQuery } from '#analytics/render-query';
import { comparedRequests, digestOf, openDuckDb } from '#test/trino/compared-logs';
import { frozenQueries, readFrozen } from '#test/trino/frozen-answers';
import { differences } from '#test/trino/same-answer';

const requests = comparedRequests();
const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-frozen-'));
/** The same log, read in both ways: held in memory, and read again by each relation. */
const engines = new Map<string, QueryEngine>();

beforeAll(async () => {
  const place = (name: string): string => path.join(folder, name);
  engines.set('held', await openDuckDb(place('held'), requests, { heldLogBytes: 1e9 }));
  engines.set('read again', await openDuckDb(place('read again'), requests, { heldLogBytes: 0 }));
});

afterAll(async () => {
  for (const engine of engines.values()) await engine.close();
  rmSync(folder, { recursive: true });
});

it('every query has an answer that a real Trino gave', () => {
  expect(frozenQueries()).toEqual(listQueries().map(({ name }) => name));
});

it.each(frozenQueries())('DuckDB answers %s as Trino did', async (name) => {
  const query = listQueries().find((one) => one.name === name);
  if (query === undefined) throw new Error(`no query ${name}`);
  const frozen = readFrozen(name);
  // The generated requests changed when this differs: EDGEPASS_FREEZE_ANSWERS=1 npm run test:trino
  expect(frozen.input).toBe(digestOf(requests));
  for (const [way, engine] of engines) {
    const answer = await engine.run(renderQuery(query, frozen.values));
    expect([way, ...differences(name, answer, frozen).slice(0, 10)]).toEqual([way]);
  }
});

it('would notice a difference', () => {
  const answer = { columns: ['a', 'b'], rows: [['x', 1.5]] };
  const other = { columns: ['a', 'b'], rows: [['x', 1.6]] };
  expect(differences('refusals', answer, answer)).toEqual([]);
  expect(differences('refusals', answer, other)).toEqual(['row 0, b: 1.5 instead of 1.6']);
  expect(differences('refusals', answer, { ...answer, rows: [] })).toHaveLength(1);
  expect(differences('refusals', answer, { ...answer, columns: ['b', 'a'] })).toHaveLength(1);
});
