import type { Table } from '@aws-sdk/client-glue';
import type { DuckDbEngine } from '#analytics/engines/duckdb';
import { askedHours, type Hours } from './asked-hours';
import type { QueryRequest } from './query-runner';

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Returns the text that prepares a statement. A statement without `?` is prepared too, so that all
 * statements are handled in the same way.
 */
export function prepareText({ sql }: Pick<QueryRequest, 'sql'>): string {
  return `prepare asked as ${sql}`;
}

/**
 * Returns the text that runs the prepared statement. The line break ends a comment at the end of
 * the values.
 */
export function executeText({ values }: Pick<QueryRequest, 'values'>): string {
  return values === '' ? 'execute asked' : `execute asked(${values}\n)`;
}

async function dropViews(engine: DuckDbEngine): Promise<void> {
  const { rows } = await engine.run('select view_name from duckdb_views() where not internal');
  for (const [name] of rows) await engine.run(`drop view ${identifier(String(name))}`);
}

/** Returns the text that creates an empty table with the columns of a table in the catalog. */
function standIn({ Name = '', StorageDescriptor, PartitionKeys = [] }: Table): string {
  const columns = [...(StorageDescriptor?.Columns ?? []), ...PartitionKeys];
  const list = columns.map((column) => `${identifier(column.Name ?? '')} varchar`).join(', ');
  return `create table ${identifier(Name)} (${list})`;
}

/**
 * Returns for each table the hours that a statement reads at most. DuckDB plans the statement over
 * empty tables. After it, the database has no views, and no tables that the statement reads; views
 * over their files are created later. So a table that is missing in the catalog causes an error.
 *
 * @throws {DuckDbError} when the statement is not valid
 */
export async function planHours(
  engine: DuckDbEngine,
  tables: readonly Table[],
  request: Pick<QueryRequest, 'sql' | 'values'>,
): Promise<ReadonlyMap<string, Hours>> {
  await dropViews(engine);
  for (const table of tables) await engine.run(standIn(table));
  // Otherwise DuckDB would remove the tables from the plan, because they are empty.
  await engine.run("set disabled_optimizers = 'statistics_propagation'");
  await engine.run(prepareText(request));
  const { rows } = await engine.run(`explain (format json) ${executeText(request)}`);
  const hours = askedHours(String(rows[0]?.[1]));
  await engine.run('deallocate asked');
  await engine.run('reset disabled_optimizers');
  for (const name of hours.keys()) await engine.run(`drop table ${identifier(name)}`);
  return hours;
}
