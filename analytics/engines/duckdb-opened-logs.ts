import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { findLacks } from '../records/file-fields';
import type { LogFile, PassedOver } from '../records/log-file';
import { mendLogs } from '../records/mend-logs';
import { query, runAll } from './duckdb-database';
import { buildViews, countLines, describeParquet } from './duckdb-sources';
import { StoredTexts } from './duckdb-stored-texts';
import { explainUnreadableLog, findFailedFile, isUnreadableLog } from './duckdb-unreadable';
import type { MissingField } from './engine';

export interface OpenedLogsSettings {
  readonly files: readonly LogFile[];
  readonly partitions?: { readonly from: string; readonly to: string };
  readonly readsTextOnce?: boolean;
  readonly skipsUnreadable?: boolean;
  readonly onPassedOver?: (passedOver: PassedOver) => void;
  readonly megabytes: number;
  /** A temporary folder for copies. */
  readonly folder: string;
}

/** Adds the column names to Parquet files: files with the same columns are read together. */
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

/**
 * The views over the log files of an engine. DuckDB reads the files directly. When it cannot read
 * one, text and JSON files are mended as copies, and the statement runs again.
 */
export class OpenedLogs {
  readonly #connection: DuckDBConnection;
  readonly #settings: OpenedLogsSettings;
  #files: readonly LogFile[];
  #texts: StoredTexts | undefined;
  #isMended = false;
  #areViewsStale = true;

  constructor(connection: DuckDBConnection, settings: OpenedLogsSettings) {
    this.#connection = connection;
    this.#settings = settings;
    this.#files = settings.files;
  }

  /** Creates the views. @throws {LogFileError} naming the file that cannot be read */
  async open(): Promise<void> {
    await this.#retry(() => Promise.resolve());
  }

  /** Runs something over the views. @throws {LogFileError} naming the file that cannot be read */
  async read<Answer>(work: (texts: StoredTexts | undefined) => Promise<Answer>): Promise<Answer> {
    return this.#retry(() => work(this.#texts));
  }

  /** Says which of some fields the files do not have. Lines are counted when only some lack it. */
  async findMissing(fields: readonly string[]): Promise<readonly MissingField[]> {
    const missing: MissingField[] = [];
    for (const { field, files, of } of findLacks(fields, this.#files)) {
      const isPartial = files.length < of;
      const names = files.map((file) => file.name ?? file.path);
      const lines = isPartial ? await this.#countLines(files) : undefined;
      missing.push({ field, files: names, of, lines });
    }
    return missing;
  }

  async #countLines(files: readonly LogFile[]): Promise<number> {
    const { rows } = await query(this.#connection, countLines(files));
    return Number(rows[0]?.[0]);
  }

  async #createViews(): Promise<void> {
    const { partitions, readsTextOnce = false, megabytes, folder } = this.#settings;
    this.#files = await nameColumns(this.#connection, this.#files);
    const views = buildViews(this.#files, partitions?.from);
    await runAll(this.#connection, views.statements);
    this.#areViewsStale = false;
    if (!readsTextOnce) return;
    // Other views need other stored texts.
    const stored = mkdtempSync(path.join(folder, 'stored-'));
    this.#texts = new StoredTexts(views, this.#connection, { megabytes, folder: stored });
  }

  async #retry<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        if (this.#areViewsStale) await this.#createViews();
        return await work();
      } catch (error) {
        if (!isUnreadableLog(error, this.#files)) throw error;
        const failed = findFailedFile(error.message, this.#files);
        if (this.#isMended || failed?.format === 'parquet') this.#passOver(error, failed);
        else await this.#mend();
        this.#areViewsStale = true;
      }
    }
  }

  async #mend(): Promise<void> {
    const { folder, skipsUnreadable = false, onPassedOver = () => undefined } = this.#settings;
    this.#files = await mendLogs(this.#files, {
      folder: path.join(folder, 'mended'),
      skipsUnreadable,
      onPassedOver,
    });
    this.#isMended = true;
  }

  /** Leaves out a file that DuckDB cannot read and that cannot be mended. */
  #passOver(error: Error, failed: LogFile | undefined): void {
    const { skipsUnreadable = false, onPassedOver } = this.#settings;
    if (!skipsUnreadable || failed === undefined) throw explainUnreadableLog(error, this.#files);
    this.#files = this.#files.filter((file) => file !== failed);
    onPassedOver?.({ name: failed.name ?? failed.path, reason: 'cannot be read' });
  }
}
