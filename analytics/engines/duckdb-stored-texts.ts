import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LOG_FIELDS } from '../fields';
import { namesIn } from '../sql-tokens';
import { openDatabase, runAll } from './duckdb-database';
import { type LogViews, storeView } from './duckdb-sources';

/** Folder for the Parquet files, and the memory limit while they are written, in MB. */
export interface StoreSettings {
  readonly megabytes: number;
  readonly folder: string;
}

/** Reads text files once and keeps the columns that statements named so far as Parquet. */
export class StoredTexts {
  readonly #views: LogViews;
  readonly #reader: DuckDBConnection;
  readonly #settings: StoreSettings;
  readonly #columns = new Set<string>();
  #stored: Promise<void> | undefined;
  #times = 0;

  constructor(views: LogViews, reader: DuckDBConnection, settings: StoreSettings) {
    this.#views = views;
    this.#reader = reader;
    this.#settings = settings;
  }

  /** Makes the columns that a statement names available. Most statements name the same columns. */
  async prepare(sql: string): Promise<void> {
    const names = namesIn(sql);
    const missing = LOG_FIELDS.filter(
      ({ column }) => names.has(column) && !this.#columns.has(column),
    );
    for (const { column } of missing) this.#columns.add(column);
    if (this.#stored === undefined || missing.length > 0)
      this.#stored = (this.#stored ?? Promise.resolve()).then(() => this.#store());
    await this.#stored;
  }

  async #store(): Promise<void> {
    const { megabytes, folder } = this.#settings;
    this.#times += 1;
    // A separate database, because its memory is free again after it is closed.
    const writer = await openDatabase(megabytes, path.join(folder, 'writing'));
    try {
      await runAll(writer.connection, this.#views.statements);
      for (const view of this.#views.textViews) {
        const file = path.join(folder, `${view}-${this.#times}.parquet`);
        const { write, read } = storeView(view, this.#columns, file);
        await runAll(writer.connection, [write]);
        await runAll(this.#reader, [read]);
      }
    } finally {
      writer.close();
    }
  }
}
