import { statSync } from 'node:fs';
import os from 'node:os';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { LogFile, PassedOver } from '../records/log-file';
import { makeTemporaryFolder } from '../records/temporary-folder';
import { type DuckDbResult, openDatabase, query } from './duckdb-database';
import { DuckDbError } from './duckdb-error';
import { OpenedLogs } from './duckdb-opened-logs';
import type { MissingField, QueryEngine } from './engine';
import { markNotMaterialized } from './not-materialized';

const MEMORY_MEGABYTES = 600;
const MEMORY_GROWTH_MAX = 16;
const INTERRUPTED_AGAIN_MILLISECONDS = 50;
const HELD_LOG_BYTES = 4 * 1024 * 1024;

export interface DuckDbSettings {
  readonly files: readonly LogFile[];
  /**
   * Only files of these hours are read, both included: `yyyy/MM/dd/HH`. Files without an hour in
   * their name are always read.
   */
  readonly partitions?: { readonly from: string; readonly to: string };
  /**
   * Memory limit of DuckDB in MB; beyond it, DuckDB writes to disk. The process needs some 300 MB
   * more.
   *
   * @default 600
   */
  readonly memoryLimitMegabytes?: number;
  /**
   * Whether text files are copied to Parquet in a temporary folder first, for the life of the
   * engine. Useful when a question reads evidence, and for several questions. Only columns that a
   * statement names are copied; for `select *` the others are null.
   *
   * @default false
   */
  readonly readsTextOnce?: boolean;
  /**
   * A log of at most so many bytes on disk is read into memory once for each statement. DuckDB then
   * plans the statement in about half of the time, and planning is what takes long when the log is
   * small. Relations over a larger log are computed again each time that a statement uses them.
   *
   * @default 4 MiB
   */
  readonly heldLogBytes?: number;
  /**
   * Whether lines and files that cannot be read are passed over. Otherwise the first one is an
   * error.
   *
   * @default false
   */
  readonly skipsUnreadable?: boolean;
  /** Called for what is passed over or changed. @default - nobody is told */
  readonly onPassedOver?: (passedOver: PassedOver) => void;
}

function selectFiles({ files, partitions }: DuckDbSettings): readonly LogFile[] {
  if (partitions === undefined) return files;
  return files.filter(
    ({ partition }) =>
      partition === undefined || (partition >= partitions.from && partition <= partitions.to),
  );
}

const bytesOf = (files: readonly LogFile[]): number =>
  files.reduce((sum, file) => sum + statSync(file.path).size, 0);

function isOutOfMemory(error: unknown): boolean {
  return error instanceof DuckDbError && error.type === 'Out of Memory';
}

/**
 * Runs a statement and doubles the memory limit when it is not enough, up to half of the machine's
 * memory. DuckDB cannot write everything to disk.
 */
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
      // The local Athena locks the settings. The limit cannot grow then, and the first error
      // counts.
      await connection.run(`set memory_limit = '${2 * limit}MB'`).catch(() => {
        throw error;
      });
    }
  }
}

/** Interrupts the statements of a connection from the first call on. */
class Interruption {
  readonly #connection: DuckDBConnection;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** DuckDB ignores an interrupt while it prepares a statement, so the interrupt is repeated. */
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

/** The DuckDB engine. Its answers have the types of their columns, and it can be interrupted. */
export interface DuckDbEngine extends QueryEngine {
  run(sql: string): Promise<DuckDbResult>;
  findMissing(fields: readonly string[]): Promise<readonly MissingField[]>;
  interrupt(): void;
}

/** Creates a DuckDB engine in this process that reads log files of any format. */
export async function createDuckDbEngine(settings: DuckDbSettings): Promise<DuckDbEngine> {
  const { memoryLimitMegabytes: megabytes = MEMORY_MEGABYTES } = settings;
  const { heldLogBytes = HELD_LOG_BYTES } = settings;
  const files = selectFiles(settings);
  const isHeld = bytesOf(files) <= heldLogBytes;
  const { path: folder, remove } = makeTemporaryFolder('edgepass-duckdb-');
  const { connection, close } = await openDatabase(megabytes, folder);
  const logs = new OpenedLogs(connection, {
    ...settings,
    files,
    megabytes,
    folder,
  });
  const interruption = new Interruption(connection);
  const end = (): Promise<void> => {
    interruption.end();
    close();
    remove();
    return Promise.resolve();
  };
  await logs.open().catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return {
    run: (sql) =>
      logs.read(async (texts) => {
        interruption.refuseStatement();
        await texts?.prepare(sql);
        return queryWithin(connection, isHeld ? sql : markNotMaterialized(sql), megabytes);
      }),
    findMissing: (fields) => logs.findMissing(fields),
    interrupt: () => {
      interruption.begin();
    },
    close: end,
  };
}
