import { listQueries } from '#analytics/catalog';
import { createDuckDbEngine, type DuckDbEngine } from '#analytics/engines/duckdb';
import { relationsFor } from '#analytics/read-relations';
import { ANSWER_COLUMNS, RELATION_COLUMNS } from '#analytics/relation-columns';
import { renderQuery } from '#analytics/render-query';
import { comparedValues } from '#test/trino/compared-logs';

const RELATIONS = Object.entries(RELATION_COLUMNS);
let engine: DuckDbEngine;

beforeAll(async () => {
  engine = await createDuckDbEngine({ files: [] });
});

afterAll(async () => {
  await engine.close();
});

/** Column names and types of a relation as DuckDB describes them. */
async function describeRelation(name: string): Promise<readonly (readonly unknown[])[]> {
  const [query] = listQueries();
  if (query === undefined) throw new Error('there are no queries');
  const sql = renderQuery({ ...query, sql: `select * from ${name}` }, comparedValues(query));
  const { rows } = await engine.run(`describe ${sql}`);
  return rows.map(([column, type]) => [column, String(type).toLowerCase()]);
}

it.each(RELATIONS)('the dictionary has every column of %s, and its type', async (name, columns) => {
  const described = await describeRelation(name);
  expect(columns.map((column) => [column.name, column.type])).toEqual(described);
});

it.each(RELATIONS)('the dictionary says what each column of %s is', (_name, columns) => {
  for (const { meaning, source } of columns) {
    expect(meaning).not.toBe('');
    expect(source).not.toBe('');
  }
});

it.each(listQueries().map((query) => [query.name, query] as const))(
  'the header of %s says what its columns and parameters are',
  (_name, { columns, columnMeanings, ownParameters }) => {
    const known = new Set([
      ...Object.keys(ANSWER_COLUMNS),
      ...RELATION_COLUMNS.refusals.map(({ name }) => name),
    ]);
    expect(columns.filter((name) => !known.has(name) && !(name in columnMeanings))).toEqual([]);
    for (const { meaning } of ownParameters) expect(meaning).toMatch(/^\S/);
  },
);

it.each(listQueries().map((query) => [query.name, query] as const))(
  'the answer of %s has the columns that its header names',
  async (_name, query) => {
    const { columns } = await engine.run(renderQuery(query, comparedValues(query)));
    expect(columns).toEqual(query.columns);
  },
);

it('the dictionary describes relations that questions read', () => {
  expect(RELATIONS.map(([name]) => relationsFor(`select 1 from ${name}`).at(-1)?.name)).toEqual(
    RELATIONS.map(([name]) => name),
  );
});
