import type { Table } from '@aws-sdk/client-glue';
import { listQueries, type QueryDescription } from '#analytics/catalog';
import { createDuckDbEngine } from '#analytics/engines/duckdb';
import { EVIDENCE_FIELDS, ISSUED_GRANT_FIELDS, TRAFFIC_FIELDS } from '#analytics/fields';
import { prepareStatement, renderQuery } from '#analytics/render-query';
import { EVERY_HOUR, type Hours } from '#local/athena/asked-hours';
import { planHours } from '#local/athena/planned-statement';
import { comparedValues, preparedValues } from '#test/trino/compared-logs';

const from = '2026/11/22/00';
const to = '2026/11/22/23';
const bounded = `dt between '${from}' and '${to}'`;

function table(Name: string, columns: readonly string[]): Table {
  return {
    Name,
    StorageDescriptor: { Columns: columns.map((column) => ({ Name: column })) },
    PartitionKeys: [{ Name: 'dt' }],
  };
}

const LETTERS = ['a', 'b', 'a-b', 'A c'].map((name) => table(name, ['x', 'sc_status']));
const LOGS = [
  table(
    'log_lines',
    TRAFFIC_FIELDS.map(({ column }) => column),
  ),
  table(
    'evidence_lines',
    EVIDENCE_FIELDS.map(({ column }) => column),
  ),
  table(
    'issued_grants',
    ISSUED_GRANT_FIELDS.map(({ column }) => column),
  ),
];

async function hoursOf(
  sql: string,
  { tables = LETTERS, values = '' }: { tables?: readonly Table[]; values?: string } = {},
): Promise<Readonly<Record<string, Hours>>> {
  const engine = await createDuckDbEngine({ files: [] });
  try {
    await engine.run('create macro date_format(moment, pattern) as strftime(moment, pattern)');
    return Object.fromEntries(await planHours(engine, tables, { sql, values }));
  } finally {
    await engine.close();
  }
}

describe('the hours of a table', () => {
  it.each([
    `select 'dt >= 1 from a' from a where DT BETWEEN '${from}' AND '${to}' -- from a where dt = 'x'`,
    `select 1 from "main"."a" where ${bounded} order by 1`,
    `select 1 from a where ${bounded} and sc_status = '403'`,
    `select 1 from b where x = 'c' or exists (select 1 from a where ${bounded})`,
    `with b as (select * from a) select 1 from b where ${bounded}`,
    `select 1 from b, a where a.${bounded}`,
    `select 1 from a where ${bounded} and (x = 'y' or sc_status = '403')`,
    `select 1 from a where dt > '${from}' and dt <= '${to}'`,
    `select 1 from a where '${from}' <= dt and not dt > '${to}'`,
    `select 1 from a where dt between '2026/11/22/05' and '${to}' union select 1 from a where dt between '${from}' and '2026/11/22/07'`,
  ])('are those of %s', async (sql) => {
    expect((await hoursOf(sql))['a']).toEqual({ from, to });
  });

  it('come from the values of a prepared statement', async () => {
    const values = `'${from}', '${to}' -- a comment`;
    const sql = 'select 1 from a where dt between ? and ?';
    expect((await hoursOf(sql, { values }))['a']).toEqual({ from, to });
  });

  it.each([
    'select 1 from a',
    `select 1 from a where ${bounded} or dt in ('2026/11/01/00')`,
    `select 1 from a where ${bounded} or sc_status = '403'`,
    `select 1 from a where (${bounded} and x = '1') or sc_status = '403'`,
    `select 1 from a where not (${bounded})`,
    `select 1 from a where (${bounded}) is false`,
    `select 1 from a where dt not between '${from}' and '${to}'`,
    `select 1 from a where dt between '${from}' || x and '${to}' || x`,
    `select 1 from a where dt between '2026/11/22' and '2026/11/23'`,
    `select 1 from a where dt like '2026/%'`,
    `select 1 from a where ${bounded} union all select 1 from a`,
    `select 1 from a where ${bounded} union all select "x" from a where x = ''`,
    `select 1 from b join a on true where b.${bounded}`,
    `select 1 from (select '${from}' as dt from a) as b where ${bounded}`,
    `select 1 from a where x = 'dt>=''${from}'' AND dt<=''${to}'''`,
  ])('are all hours for %s', async (sql) => {
    expect((await hoursOf(sql))['a']).toEqual(EVERY_HOUR);
  });

  it('of other tables stay as they are, and a table that is not read has none', async () => {
    const sql = `select count(*) from a where ${bounded} union all select count(*) from b`;
    expect(await hoursOf(sql)).toEqual({ a: { from, to }, b: EVERY_HOUR });
  });

  it.each(['a-b', 'A c'])('are known for a table whose name is quoted: %s', async (name) => {
    expect(await hoursOf(`select 1 from "${name}" where ${bounded}`)).toEqual({
      [name]: { from, to },
    });
  });

  it('a table that a statement names and does not read stays, and is empty', async () => {
    const engine = await createDuckDbEngine({ files: [] });
    const sql = 'select count(*) from a where false';
    await planHours(engine, LETTERS, { sql, values: '' });
    expect((await engine.run(sql)).rows).toEqual([[0]]);
    await expect(engine.run('select 1 from log_lines')).rejects.toThrow('does not exist');
    await engine.close();
  });
});

describe.each(listQueries().map((query) => [query.name, query] as const))('%s', (_name, query) => {
  const asked = { from: '2026/11/21/23', to: '2026/11/23/01' };
  const expected = (one: QueryDescription): readonly string[] => [
    ...(one.needs === 'traffic' ? [] : ['evidence_lines']),
    ...(one.needs === 'grants' ? ['issued_grants'] : []),
    'log_lines',
  ];

  it('reads no hour that was not asked for, and evidence only where it needs it', async () => {
    const rendered = await hoursOf(renderQuery(query, comparedValues(query)), { tables: LOGS });
    expect(Object.keys(rendered).sort()).toEqual(expected(query));
    for (const hours of Object.values(rendered)) expect(hours).toEqual(asked);
    const values = preparedValues(query).join(', ');
    const prepared = await hoursOf(prepareStatement(query).sql, { tables: LOGS, values });
    expect(prepared).toEqual(rendered);
  });
});
