import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { listQueries } from '#analytics/catalog';
import { createDuckDbEngine } from '#analytics/engines/duckdb';
import type { QueryEngine } from '#analytics/engines/engine';
import type { GeneratedRequest } from '#analytics/generator/generate';
import { writeLogs } from '#analytics/generator/write-logs';
import { findLogFiles } from '#analytics/records/log-file';
import { renderQuery } from '#analytics/render-query';
import { comparedRequests, comparedValues, openDuckDb } from '#test/trino/compared-logs';
import { differences } from '#test/trino/same-answer';

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-any-order-'));
const engines: QueryEngine[] = [];

/** Some requests twice, as best effort delivers them. */
function delivered(): readonly GeneratedRequest[] {
  const requests = comparedRequests();
  return [...requests, ...requests.filter((_request, at) => at % 10 === 0)];
}

/** Every 7th request, then every 7th after the first, and so on. */
function dealt<Thing>(things: readonly Thing[]): readonly Thing[] {
  return Array.from({ length: 7 }, (_hand, hand) =>
    things.filter((_thing, at) => at % 7 === hand),
  ).flat();
}

beforeAll(async () => {
  const lines = delivered();
  const [made, other] = [path.join(folder, 'made'), path.join(folder, 'other')];
  engines.push(await openDuckDb(made, lines));
  writeLogs(other, 'v2-json', dealt(lines));
  const files = [...findLogFiles(other), ...findLogFiles(path.join(made, 'issued-grants'))];
  engines.push(await createDuckDbEngine({ files }));
});

afterAll(async () => {
  for (const engine of engines) await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each(listQueries().map((query) => [query.name, query] as const))(
  '%s has the same rows in the same order, whatever the order of the lines',
  async (name, query) => {
    const sql = renderQuery(query, comparedValues(query));
    const [first, second] = await Promise.all(engines.map((engine) => engine.run(sql)));
    if (first === undefined || second === undefined) throw new Error('no answers');
    expect(first.rows.length).toBeGreaterThan(0);
    expect(differences(name, second, first).slice(0, 10)).toEqual([]);
  },
);
