import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import type { LogFile } from '../records/log-file';
import { makeTemporaryFolder } from '../records/temporary-folder';
import { buildViews, describeParquet } from './duckdb-sources';
import type { Cell, QueryEngine, QueryResult } from './engine';

/** Trino functions that DuckDB calls by another name, or by the same name with another meaning. */
const MACROS = [
  'create macro from_utf8(bytes) as decode(bytes)',
  'create macro to_utf8(text) as encode(text)',
  'create macro sha256(bytes) as unhex(system.main.sha256(bytes))',
  'create macro regexp_like(text, pattern) as regexp_matches(text, pattern)',
  "create macro regexp_replace(text, pattern, replacement) as system.main.regexp_replace(text, pattern, replacement, 'g')",
  'create macro to_unixtime(moment) as epoch(moment)',
  'create macro approx_percentile(value, share) as approx_quantile(value, share)',
] as const;

export interface DuckDbSettings {
  readonly files: readonly LogFile[];
  /** Only files of these hours are opened, both included: `yyyy/MM/dd/HH`. Files that name no hour always are. */
  readonly partitions?: { readonly from: string; readonly to: string };
  /** What DuckDB may hold before it writes to disk; the process itself needs some 300 MB more. @default 600MB */
  readonly memoryLimit?: string;
}

function toCell(value: DuckDBValue): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint')
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  return value.toString();
}

/**
 * DuckDB computes what is named twice once and keeps it: here that would be the logs themselves. Trino and Athena
 * compute it again, which reads more and holds nothing. Text in quotes and comments stays as it is.
 */
function keepNothing(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'|--.*$|\bas \(/gm, (found) =>
    found === 'as (' ? 'as not materialized (' : found,
  );
}

/** DuckDB repeats a line that it cannot read, and a line may hold a cookie. */
function withoutLogLine(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  return new Error(message.replace(/^Original Line: [^\n]*\n/m, ''));
}

/** Row by row as they come: an answer of millions is not held twice. */
async function readRows(connection: DuckDBConnection, sql: string): Promise<QueryResult> {
  const result = await connection.stream(sql);
  const rows: Cell[][] = [];
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (const row of chunk.getRows()) rows.push(row.map(toCell));
  }
  return { columns: result.columnNames(), rows };
}

function query(connection: DuckDBConnection, sql: string): Promise<QueryResult> {
  return readRows(connection, sql).catch((error: unknown) => {
    throw withoutLogLine(error);
  });
}

function selectFiles({ files, partitions }: DuckDbSettings): readonly LogFile[] {
  if (partitions === undefined) return files;
  return files.filter(
    ({ partition }) =>
      partition === undefined || (partition >= partitions.from && partition <= partitions.to),
  );
}

async function parquetColumns(
  connection: DuckDBConnection,
  files: readonly LogFile[],
): Promise<ReadonlySet<string>> {
  const parquet = files.filter(({ format }) => format === 'parquet');
  if (parquet.length === 0) return new Set();
  const { rows } = await query(connection, describeParquet(parquet));
  return new Set(rows.map(([name]) => String(name)));
}

/** DuckDB in this process over log files of any format: the engine of one machine. */
export async function createDuckDbEngine(settings: DuckDbSettings): Promise<QueryEngine> {
  const overflow = makeTemporaryFolder('edgepass-duckdb-');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: settings.memoryLimit ?? '600MB',
    temp_directory: overflow.path,
    preserve_insertion_order: 'false',
  });
  const connection = await instance.connect();
  const files = selectFiles(settings);
  for (const macro of MACROS) await connection.run(macro);
  for (const view of buildViews(files, await parquetColumns(connection, files)))
    await connection.run(view);
  return {
    run: (sql) => query(connection, keepNothing(sql)),
    close: () => {
      connection.closeSync();
      instance.closeSync();
      overflow.remove();
      return Promise.resolve();
    },
  };
}
