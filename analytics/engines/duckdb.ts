import os from 'node:os';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { LogFile } from '../records/log-file';
import { makeTemporaryFolder } from '../records/temporary-folder';
import { codeTokens, isWord, tokenizeSql } from '../sql-tokens';
import { type DuckDbResult, openDatabase, query, runAll } from './duckdb-database';
import { DuckDbError } from './duckdb-error';
import { buildViews, describeParquet } from './duckdb-sources';
import { StoredTexts } from './duckdb-stored-texts';
import type { QueryEngine } from './engine';

const MEMORY_MEGABYTES = 600;
const MEMORY_GROWTH_MAX = 16;
const INTERRUPTED_AGAIN_MILLISECONDS = 50;

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
   * evidence, and for several questions. Only columns whose names a statement spells out are kept; `*` finds the others
   * null. @default false
   */
  readonly readsTextOnce?: boolean;
}

const BEFORE_RELATION = ['with', 'recursive'];

/**
 * Marks every `with` relation as not materialized. DuckDB would compute a relation that is named twice once and
 * hold it in memory, which here means the logs themselves. Trino and Athena compute it each time, too.
 */
function keepNothing(sql: string): string {
  const tokens = tokenizeSql(sql);
  const code = codeTokens(tokens);
  const marked = new Set(
    code.filter(
      (token, at) =>
        isWord(token, 'as') &&
        code[at + 1]?.text === '(' &&
        isWord(code[at + 2], 'select', 'with', 'values') &&
        (isWord(code[at - 2], ...BEFORE_RELATION) || code[at - 2]?.text === ','),
    ),
  );
  return tokens
    .map((token) => (marked.has(token) ? `${token.text} not materialized` : token.text))
    .join('');
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

function isOutOfMemory(error: unknown): boolean {
  return error instanceof DuckDbError && error.type === 'Out of Memory';
}

/** Not everything that is held can be written to disk: a question that needs more than the limit gets more, up to half of the machine's. */
async function queryWithin(
  connection: DuckDBConnection,
  sql: string,
  megabytes: number,
): Promise<DuckDbResult> {
  const most = Math.min(MEMORY_GROWTH_MAX * megabytes, os.totalmem() / 2_000_000);
  for (let limit = megabytes; ; limit *= 2) {
    try {
      return await query(connection, sql);
    } catch (error) {
      if (2 * limit > most || !isOutOfMemory(error)) throw error;
      // Where settings are locked, as for statements of strangers, it stays at what there is.
      await connection.run(`set memory_limit = '${2 * limit}MB'`).catch(() => {
        throw error;
      });
    }
  }
}

/** What ends the statements of a connection, from the first call on. */
class Interruption {
  readonly #connection: DuckDBConnection;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** A statement that is only being prepared does not notice: it is told again. */
  begin(): void {
    const interrupt = (): void => {
      this.#connection.interrupt();
    };
    this.#timer ??= setInterval(interrupt, INTERRUPTED_AGAIN_MILLISECONDS);
    interrupt();
  }

  refuseStatement(): void {
    if (this.#timer !== undefined) throw new Error('INTERRUPT Error: Interrupted!');
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

/** DuckDB as an engine: its answers have the types of their columns, and it can be interrupted. */
export interface DuckDbEngine extends QueryEngine {
  run(sql: string): Promise<DuckDbResult>;
  interrupt(): void;
}

/** DuckDB in this process over log files of any format: the engine of one machine. */
export async function createDuckDbEngine(settings: DuckDbSettings): Promise<DuckDbEngine> {
  const { memoryLimitMegabytes: megabytes = MEMORY_MEGABYTES, readsTextOnce = false } = settings;
  const { path: folder, remove } = makeTemporaryFolder('edgepass-duckdb-');
  const { connection, close } = await openDatabase(megabytes, folder);
  const files = await nameColumns(connection, selectFiles(settings));
  const views = buildViews(files, settings.partitions?.from);
  await runAll(connection, views.statements);
  const texts = readsTextOnce
    ? new StoredTexts(views, connection, { megabytes, folder })
    : undefined;
  const interruption = new Interruption(connection);
  return {
    run: async (sql) => {
      interruption.refuseStatement();
      await texts?.prepare(sql);
      return queryWithin(connection, keepNothing(sql), megabytes);
    },
    interrupt: () => {
      interruption.begin();
    },
    close: () => {
      interruption.end();
      close();
      remove();
      return Promise.resolve();
    },
  };
}
