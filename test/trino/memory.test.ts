import { listQueries, type QueryDescription } from '#analytics/catalog';
import type { QueryEngine } from '#analytics/engines/engine';
import { type GeneratedRequest, generateRequests } from '#analytics/generator/generate';
import { renderQuery } from '#analytics/render-query';
import { startTrinoWith } from './compared-engines';
import { fingerprintIn } from './compared-logs';
import { DATABASE } from './logs-in-aws';
import { STATEMENT_MEMORY } from './trino-server';

const LINES = 92_000;
const TENANTS = 60;
const PEOPLE_PER_TENANT = 31;
const WINDOW = { from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' };

/** A day of a product: one of twenty requests is refused, and a person sends some fifty. */
function requestsOfADay(): readonly GeneratedRequest[] {
  return [
    ...generateRequests({
      ...{ seed: 3, requests: LINES, startEpoch: Date.parse(WINDOW.from) / 1_000 },
      ...{ tenants: TENANTS, servedFactor: 10, peoplePerTenant: PEOPLE_PER_TENANT },
    }),
  ];
}

const requests = requestsOfADay();

const fingerprint = fingerprintIn(requests);

/** The window, and the one parameter of a question that has no default. */
function valuesOf({ parameters }: QueryDescription): Readonly<Record<string, string>> {
  const needed = parameters.filter(({ default: standard }) => standard === undefined);
  const values: Readonly<Record<string, string>> = { ...WINDOW, fingerprint };
  return Object.fromEntries(needed.map(({ name }) => [name, values[name] ?? '']));
}

describe(`${LINES} lines with evidence in ${STATEMENT_MEMORY} of memory`, () => {
  let trino: QueryEngine;
  let started: Awaited<ReturnType<typeof startTrinoWith>> | undefined;

  beforeAll(async () => {
    started = await startTrinoWith(requests);
    trino = started.engineOver(DATABASE);
  });

  afterAll(async () => {
    await started?.stop();
  });

  it('the server refuses a statement that needs more', async () => {
    const text = Array.from({ length: 8 }, () => 'cs_cookie').join(' || ');
    const sql = `select cardinality(array_agg(${text})) from evidence_lines where dt between '2026/11/22/00' and '2026/11/22/23'`;
    await expect(trino.run(sql)).rejects.toThrow('EXCEEDED');
  });

  it.each(listQueries().map((query) => [query.name, query] as const))(
    '%s',
    async (_name, query) => {
      const { columns } = await trino.run(renderQuery(query, valuesOf(query)));
      expect(columns).toEqual(query.columns);
    },
  );
});
