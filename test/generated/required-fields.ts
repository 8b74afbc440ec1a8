import { listQueries, type QueryDescription } from '#analytics/catalog';
import { openDatabase, query, runAll } from '#analytics/engines/duckdb-database';
import { markNotMaterialized } from '#analytics/engines/not-materialized';
import { ISSUED_GRANT_FIELDS, LOG_FIELDS } from '#analytics/fields';
import type { ParameterValue } from '#analytics/parameters';
import { type QueryValues, renderQuery } from '#analytics/render-query';

const DAY = { from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' };
const EXAMPLES: Readonly<Record<string, ParameterValue>> = {
  integer: 1,
  double: 1,
  'text-list': ['a'],
};

interface PlanNode {
  readonly name: string;
  readonly children?: readonly PlanNode[];
  readonly extra_info?: { readonly Table?: string; readonly Projections?: string | string[] };
}

function valuesFor({ ownParameters }: QueryDescription): QueryValues {
  const required = ownParameters.filter((parameter) => parameter.default === undefined);
  const own = required.map(({ name, type }) => [name, EXAMPLES[type] ?? 'a'] as const);
  return { ...DAY, ...Object.fromEntries(own) };
}

/** Columns of `log_lines` that a plan reads. */
function columnsRead(node: PlanNode): readonly string[] {
  const { Table: table = '', Projections: columns = [] } = node.extra_info ?? {};
  const own = table.endsWith('log_lines') ? [columns].flat() : [];
  return [...own, ...(node.children ?? []).flatMap(columnsRead)];
}

/**
 * Two rows with the first and the last printable character. DuckDB knows the least and the greatest
 * value of a column, so it must take every value between them for possible.
 */
function tableStatements(table: string, columns: readonly string[]): readonly string[] {
  const rows = ['!', '~'].map((value) => `(${columns.map(() => `'${value}'`).join(', ')})`);
  return [
    `create table ${table} (${columns.map((column) => `"${column}" varchar`).join(', ')})`,
    `insert into ${table} values ${rows.join(', ')}`,
  ];
}

/**
 * The fields that each query reads and cannot do without, as a TypeScript file. DuckDB's plan shows
 * which columns are left after it removed those that have no effect on the answer.
 */
export async function renderRequiredFields(): Promise<string> {
  const { connection, close } = await openDatabase(100, '');
  const logColumns = [...LOG_FIELDS.map(({ column }) => column), 'dt'];
  await runAll(connection, [
    ...tableStatements('log_lines', logColumns),
    ...tableStatements('evidence_lines', ['x_edge_request_id', 'cs_uri_query', 'cs_cookie', 'dt']),
    ...tableStatements('issued_grants', [...ISSUED_GRANT_FIELDS.map((one) => one.column), 'dt']),
  ]);
  const entries: string[] = [];
  for (const described of listQueries()) {
    const sql = markNotMaterialized(renderQuery(described, valuesFor(described)));
    const { rows } = await query(connection, `explain (format json) ${sql}`);
    const plan = JSON.parse(String(rows[0]?.[1])) as readonly PlanNode[];
    const read = new Set(plan.flatMap(columnsRead));
    const fields = LOG_FIELDS.filter(({ column, refines }) => read.has(column) && !refines);
    if (fields.length === 0) throw new Error(`${described.name}: the plan reads no field`);
    const names = fields.map(({ name }) => `'${name}'`).join(', ');
    entries.push(`'${described.name}': [${names}],`);
  }
  close();
  return `/**
 * Fields of the access log that each query reads and cannot do without, by name of the query.
 * Written by \`npm run generate\` from DuckDB's plans.
 */
export const REQUIRED_FIELDS: Readonly<Record<string, readonly string[]>> = {
${entries.join('\n')}
};
`;
}
