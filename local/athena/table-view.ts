import type { QueryEngine } from '#analytics/engines/engine';
import { HOUR_OF_FOLDERS_PATTERN } from '#analytics/partition';
import type { GlueTable } from './glue-table';

const HOUR_OF_FILE = `regexp_extract(filename, '${HOUR_OF_FOLDERS_PATTERN}', 1)`;

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function name(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

/**
 * Returns whether the files have different columns. Only then are they read by `union_by_name`,
 * because that keeps the metadata of every file in memory each time the table is read.
 */
async function haveUnlikeColumns(engine: QueryEngine, list: string): Promise<boolean> {
  const { rows } = await engine.run(
    `select distinct names from (select string_agg(name order by name) as names from parquet_schema(${list}) group by file_name)`,
  );
  return rows.length > 1;
}

/** Returns the call that reads the files of a table, and the expression for each column. */
async function readerOf(
  engine: QueryEngine,
  { format, columns, headerLines, ignoresMalformed }: GlueTable,
  files: readonly string[],
): Promise<{ reader: string; sourceOf: (column: string, at: number) => string | undefined }> {
  const list = `[${files.map(text).join(', ')}]`;
  if (format === 'parquet') {
    const union = String(await haveUnlikeColumns(engine, list));
    const parquet = `read_parquet(${list}, union_by_name = ${union}, hive_partitioning = false, filename = true)`;
    const { rows } = await engine.run(`describe select * from ${parquet}`);
    const known = new Set(rows.map(([column]) => String(column).toLowerCase()));
    return {
      reader: parquet,
      sourceOf: (column) => (known.has(column) ? name(column) : undefined),
    };
  }
  if (format === 'json') {
    const keys = columns.map(({ source }) => `${text(source)}: 'VARCHAR'`).join(', ');
    return {
      reader: `read_json(${list}, format = 'newline_delimited', filename = true, ignore_errors = ${String(ignoresMalformed)}, columns = {${keys}})`,
      sourceOf: (_column, at) => name(columns[at]?.source ?? ''),
    };
  }
  const places = columns.map((_column, at) => `'f${at}': 'VARCHAR'`).join(', ');
  return {
    reader: `read_csv(${list}, delim = '\\t', header = false, quote = '', escape = '', auto_detect = false, skip = ${headerLines}, null_padding = true, filename = true, columns = {${places}})`,
    sourceOf: (_column, at) => `f${at}`,
  };
}

/**
 * Returns the statement that creates a view with the table's name over its files. All columns are
 * text.
 */
export async function viewOf(
  engine: QueryEngine,
  table: GlueTable,
  files: readonly string[],
): Promise<string> {
  const { columns, firstHour } = table;
  const { reader, sourceOf } =
    files.length === 0
      ? { reader: "(select '' as filename where false)", sourceOf: () => undefined }
      : await readerOf(engine, table, files);
  const selected = columns.map(
    (column, at) =>
      `cast(${sourceOf(column.name, at) ?? 'null'} as varchar) as ${name(column.name)}`,
  );
  const hour = firstHour === undefined ? [] : [`${HOUR_OF_FILE} as dt`];
  return `create view ${name(table.name)} as select ${[...selected, ...hour].join(', ')} from ${reader}`;
}
