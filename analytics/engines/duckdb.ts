import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import type { LogFile } from '../records/log-file';
import { makeTemporaryFolder } from '../records/temporary-folder';
import { buildViews, describeParquet, storeView, type LogViews } from './duckdb-sources';
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

const MEMORY_MEGABYTES = 600;
const MEMORY_GROWTH_MAX = 16;

export interface DuckDbSettings {
  readonly files: readonly LogFile[];
  /** Only files of these hours are opened, both included: `yyyy/MM/dd/HH`. Files that name no hour always are. */
  readonly partitions?: { readonly from: string; readonly to: string };
  /**
   * What DuckDB may hold before it writes to disk, in MB; the process itself needs some 300 MB more.
   * @default 600
   */
  readonly memoryLimitMegabytes?: number;
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

interface OpenDatabase {
  readonly connection: DuckDBConnection;
  readonly close: () => void;
}

async function openDatabase(megabytes: number, overflow: string): Promise<OpenDatabase> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${megabytes}MB`,
    temp_directory: overflow,
    preserve_insertion_order: 'false',
  });
  const connection = await instance.connect();
  await runAll(connection, MACROS);
  return {
    connection,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Not everything that is held can be written to disk: a question that needs more than the limit gets more, up to half of the machine's. */
async function queryWithin(
  connection: DuckDBConnection,
  sql: string,
  megabytes: number,
): Promise<QueryResult> {
  const most = Math.min(MEMORY_GROWTH_MAX * megabytes, os.totalmem() / 2_000_000);
  for (let limit = megabytes; ; limit *= 2) {
    try {
      return await query(connection, sql);
    } catch (error) {
      if (2 * limit > most || !String(error).includes('Out of Memory Error')) throw error;
      // Where settings are locked, as for statements of strangers, it stays at what there is.
      await connection.run(`set memory_limit = '${2 * limit}MB'`).catch(() => {
        throw error;
      });
    }
  }
}

/** Writes the views that read text to Parquet files, and lets `reader` read those. */
async function storeTexts(
  views: LogViews,
  reader: DuckDBConnection,
  { megabytes, folder }: { readonly megabytes: number; readonly folder: string },
): Promise<void> {
  // A database of its own gives back what it held.
  const writer = await openDatabase(megabytes, path.join(folder, 'writing'));
  try {
    await runAll(writer.connection, views.statements);
    for (const view of views.textViews) {
      const { write, read } = storeView(view, path.join(folder, `${view}.parquet`));
      await runAll(writer.connection, [write]);
      await runAll(reader, [read]);
    }
  } finally {
    writer.close();
  }
}

/** DuckDB in this process over log files of any format: the engine of one machine. */
export async function createDuckDbEngine(settings: DuckDbSettings): Promise<QueryEngine> {
  const { memoryLimitMegabytes: megabytes = MEMORY_MEGABYTES, readsTextOnce = false } = settings;
  const { path: folder, remove } = makeTemporaryFolder('edgepass-duckdb-');
  const { connection, close } = await openDatabase(megabytes, folder);
  const views = buildViews(await nameColumns(connection, selectFiles(settings)));
  await runAll(connection, views.statements);
  let prepared: Promise<void> | undefined;
  return {
    run: async (sql) => {
      if (readsTextOnce) await (prepared ??= storeTexts(views, connection, { megabytes, folder }));
      return queryWithin(connection, keepNothing(sql), megabytes);
    },
    close: () => {
      close();
      remove();
      return Promise.resolve();
    },
  };
}
