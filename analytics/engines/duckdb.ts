import path from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import type { LogFile } from '../records/log-file';
import { makeTemporaryFolder } from '../records/temporary-folder';
import { buildViews, describeParquet, storeView } from './duckdb-sources';
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
  /** What DuckDB may hold before it writes to disk; the process itself needs some 300 MB more. @default 500MB */
  readonly memoryLimit?: string;
  /**
   * Text is kept as Parquet in a temporary folder for as long as the engine lives: worth it for a question that reads
   * evidence, and for several questions. @default false
   */
  readonly readsTextOnce?: boolean;
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

/** Parquet files with the columns that each has: one reader takes those that have the same. */
async function nameColumns(
  connection: DuckDBConnection,
  files: readonly LogFile[],
): Promise<readonly LogFile[]> {
  const parquet = files.filter(({ format }) => format === 'parquet');
  if (parquet.length === 0) return files;
  const columns = new Map<unknown, string[]>();
  for (const [file, name] of (await query(connection, describeParquet(parquet))).rows)
    columns.set(file, [...(columns.get(file) ?? []), String(name)]);
  return files.map((file) => {
    const fields = columns.get(file.path);
    return file.format === 'parquet' && fields !== undefined ? { ...file, fields } : file;
  });
}

async function runAll(connection: DuckDBConnection, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    await connection.run(statement).catch((error: unknown) => {
      throw withoutLogLine(error);
    });
  }
}

/** DuckDB in this process over log files of any format: the engine of one machine. */
export async function createDuckDbEngine(settings: DuckDbSettings): Promise<QueryEngine> {
  const overflow = makeTemporaryFolder('edgepass-duckdb-');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: settings.memoryLimit ?? '500MB',
    temp_directory: overflow.path,
    preserve_insertion_order: 'false',
  });
  const connection = await instance.connect();
  const { statements, textViews } = buildViews(
    await nameColumns(connection, selectFiles(settings)),
  );
  await runAll(connection, [...MACROS, ...statements]);
  const storeTexts = (): Promise<void> =>
    runAll(
      connection,
      textViews.flatMap((view) => storeView(view, path.join(overflow.path, `${view}.parquet`))),
    );
  let prepared: Promise<void> | undefined;
  return {
    run: async (sql) => {
      if (settings.readsTextOnce === true) await (prepared ??= storeTexts());
      return query(connection, keepNothing(sql));
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
      overflow.remove();
      return Promise.resolve();
    },
  };
}
