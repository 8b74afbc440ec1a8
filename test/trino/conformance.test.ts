import { readFileSync } from 'node:fs';
import path from 'node:path';
import crawlers from 'crawler-user-agents';
import { AGENT_PATTERNS } from '#analytics/agent-patterns';
import { listQueries } from '#analytics/catalog';
import { createTrinoEngine } from '#analytics/engines/trino';
import { readWindowFacts } from '#analytics/notices/window-facts';
import { quoteText, renderLiteral } from '#analytics/parameters';
import { prepareStatement, renderConsoleText, renderQuery } from '#analytics/render-query';
import { DETAILED_RESULT_TYPES } from '#core/contract/detailed-result-types';
import objectPaths from '../vectors/object-paths.json';
import { type ComparedEngines, startComparedEngines } from './compared-engines';
import { comparedRequests, comparedValues, digestOf, preparedValues } from './compared-logs';
import { frozenQueries, readFrozen, writeFrozen } from './frozen-answers';
import { differences } from './same-answer';

const FREEZE = process.env['EDGEPASS_FREEZE_ANSWERS'] === '1';

const RELATIONS = path.resolve(__dirname, '../../analytics/relations');

const queries = listQueries();
const named = queries.map((query) => [query.name, query] as const);
const requests = comparedRequests();
let engines: ComparedEngines;

beforeAll(async () => {
  engines = await startComparedEngines(requests);
});

afterAll(async () => {
  await (engines as ComparedEngines | undefined)?.stop();
});

it('reads every line of every hour: a wrong template would give none, without an error', async () => {
  const counts = `select dt, count(*) from {table} where dt between '2026/11/22/00' and '2026/11/22/23' group by 1 order by 1`;
  for (const table of ['log_lines', 'evidence_lines']) {
    const { rows } = await engines.trino.run(counts.replace('{table}', table));
    expect(rows.map(([hour]) => hour)).toEqual(
      Array.from({ length: 24 }, (_, hour) => `2026/11/22/${String(hour).padStart(2, '0')}`),
    );
    expect(rows.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(requests.length);
  }
});

describe('the same rows on Trino as on DuckDB', () => {
  it.each(named)('%s', async (name, query) => {
    const values = comparedValues(query);
    const sql = renderQuery(query, values);
    const answer = await engines.trino.run(sql);
    expect(differences(name, await engines.duckdb.run(sql), answer).slice(0, 10)).toEqual([]);
    const description = { trino: engines.trinoVersion, input: digestOf(requests), values };
    if (FREEZE) writeFrozen(name, { ...description, ...answer });
    const frozen = readFrozen(name);
    expect(frozen).toMatchObject(description);
    expect(differences(name, answer, frozen).slice(0, 10)).toEqual([]);
  });
});

it.each(named)(
  'the statement that Terraform prepared for %s answers as the query',
  async (name, query) => {
    const sql = prepareStatement(query).sql.replaceAll("'", "''");
    const using = preparedValues(query).join(', ');
    const answer = await engines.trino.run(`execute immediate '${sql}' using ${using}`);
    const direct = await engines.duckdb.run(renderQuery(query, comparedValues(query)));
    expect(differences(name, direct, answer).slice(0, 10)).toEqual([]);
  },
);

it.each(named)('the console text of %s is valid', async (_name, query) => {
  const { rows } = await engines.trino.run(`explain (type validate) ${renderConsoleText(query)}`);
  expect(rows).toEqual([[true]]);
});

it('L-06: Trino reads every spelling of a path as the key that S3 reads', async () => {
  const relation = readFileSync(path.join(RELATIONS, 'requests.sql'), 'utf8');
  const expression = /case\s+when strpos\(raw_path, '%'\)[^;]*?end(?= as decoded_path)/.exec(
    relation,
  );
  const read = objectPaths.filter(({ key }) => key !== null);
  const values = read.map((vector) => `(${renderLiteral('path', 'text', vector.path)})`).join(', ');
  const sql = `select raw_path, ${expression?.[0] ?? ''} from (values ${values}) as paths (raw_path)`;
  const expected = read.map((vector) => [vector.path, `/${vector.key}`]).sort();

  expect([...(await engines.trino.run(sql)).rows].sort()).toEqual(expected);
});

it.each(Object.entries(AGENT_PATTERNS))(
  'Trino reads the pattern of %s as DuckDB does, for every program in the list of crawlers',
  async (_kind, pattern) => {
    const agents = [...new Set(crawlers.flatMap(({ instances }) => instances))];
    const values = agents.map((agent) => `(${quoteText(agent)})`).join(', ');
    const sql = `select agent, regexp_like(agent, ${quoteText(pattern)}) from (values ${values}) as agents (agent)`;
    const [trino, duckdb] = [await engines.trino.run(sql), await engines.duckdb.run(sql)];
    expect([...trino.rows].sort()).toEqual([...duckdb.rows].sort());
  },
);

it('without the evidence every refusal is there, and none that needs it is certain', async () => {
  const query = queries.find(({ name }) => name === 'refusals');
  if (query === undefined) throw new Error('no query refusals');
  const sql = renderQuery(query, comparedValues(query));
  const { rows: withEvidence } = await engines.trino.run(sql);
  const { rows } = await engines.trinoWithoutEvidence.run(sql);
  expect(rows.map(([id]) => id)).toEqual(withEvidence.map(([id]) => id));
  const certain = rows.filter(([, , , , confidence]) => confidence === 'certain');
  expect(new Set(certain.map(([, , , cause]) => cause))).toEqual(
    new Set(
      Object.values(DETAILED_RESULT_TYPES)
        .map(({ cause }) => cause)
        .filter((cause) => cause !== undefined && cause !== 'waf_blocked'),
    ),
  );
});

it('the facts of a window are the same on both engines', async () => {
  const window = { from: '2026-11-22T06:00:00Z', to: '2026-11-22T20:00:00Z' };
  const facts = await readWindowFacts(engines.trino, window, 24);
  expect(facts.withoutId).toBeGreaterThan(0);
  expect(facts).toEqual(await readWindowFacts(engines.duckdb, window, 24));
});

it('no answer is kept of a query that is gone', () => {
  const names = queries.map(({ name }) => name);
  expect(frozenQueries().filter((name) => !names.includes(name))).toEqual([]);
});

it('an error of Trino is told by its name', async () => {
  await expect(engines.trino.run('select nothing from log_lines')).rejects.toThrow(
    /^Trino: COLUMN_NOT_FOUND: /,
  );
});

it('a statement that is given up ends on the server', async () => {
  const marker = 'given-up';
  const engine = createTrinoEngine({
    url: engines.trinoUrl,
    user: marker,
    catalog: 'system',
    schema: 'runtime',
    signal: AbortSignal.timeout(3_000),
  });
  const endless = `select count(*) from unnest(sequence(1, 10000)) a(x) cross join unnest(sequence(1, 10000)) b(y) cross join unnest(sequence(1, 10000)) c(z) where x * y * z = 7`;
  await expect(engine.run(endless)).rejects.toHaveProperty('name', 'TimeoutError');
  const { rows } = await engines.trino.run(
    `select state, error_code from system.runtime.queries where "user" = '${marker}'`,
  );
  expect(rows).toEqual([['FAILED', 'USER_CANCELED']]);
});
