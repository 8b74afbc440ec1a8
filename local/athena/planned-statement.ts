import type { Table } from '@aws-sdk/client-glue';
import type { DuckDbEngine } from '#analytics/engines/duckdb';
import { askedHours, type Hours } from './asked-hours';
import type { QueryRequest } from './query-runner';

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A statement without `?` is prepared too, so that every statement takes the same way. */
export function prepareText({ sql }: Pick<QueryRequest, 'sql'>): string {
  return `prepare asked as ${sql}`;
}

/** Runs what was prepared. The line break ends a comment that the values may end with. */
export function executeText({ values }: Pick<QueryRequest, 'values'>): string {
  return values === '' ? 'execute asked' : `execute asked(${values}\n)`;
}

async function dropViews(engine: DuckDbEngine): Promise<void> {
  const { rows } = await engine.run('select view_name from duckdb_views() where not internal');
  for (const [name] of rows) await engine.run(`drop view ${identifier(String(name))}`);
}

/** An empty table with the columns of one in the catalog. */
function standIn({ Name = '', StorageDescriptor, PartitionKeys = [] }: Table): string {
  const columns = [...(StorageDescriptor?.Columns ?? []), ...PartitionKeys];
  const list = columns.map((column) => `${identifier(column.Name ?? '')} varchar`).join(', ');
  return `create table ${identifier(Name)} (${list})`;
}

/**
 * The hours of each table that a statement reads at most: DuckDB plans it over empty tables. Afterwards the database
 * has no views, so that a table that the catalog lacks is missing. The tables that the statement reads are missing
 * too: their files take these places. The others stay empty.
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
