import { mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { GlueClient } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import { createDuckDbEngine } from '#analytics/engines/duckdb';
import type { Cell, QueryEngine } from '#analytics/engines/engine';
import { partitionOf } from '#analytics/partition';
import { downloadLogs } from '#analytics/records/download-logs';
import { makeTemporaryFolder } from '#analytics/records/temporary-folder';
import { type GlueTable, listGlueTables, parseGlueTable } from './glue-table';
import { askedHours, type Hours, namesTable, StatementError } from './statement-text';
import { viewOf } from './table-view';

/** What Athena calls the types of DuckDB. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^(?:HUGEINT|UBIGINT|BIGINT|UINTEGER)$/, 'bigint'],
  [/^(?:INTEGER|SMALLINT|TINYINT|USMALLINT|UTINYINT)$/, 'integer'],
  [/^(?:DOUBLE|FLOAT)$/, 'double'],
  [/^BOOLEAN$/, 'boolean'],
  [/^TIMESTAMP(?:_(?:S|MS|NS))?$/, 'timestamp'],
  [/^DATE$/, 'date'],
  [/^DECIMAL/, 'decimal'],
];

/** Functions of Athena that only its console uses: queries themselves do without. */
const CONSOLE_MACROS = ['create macro date_format(moment, pattern) as strftime(moment, pattern)'];

const EVERY_HOUR: Hours = { from: '', to: '~' };

export interface QueryRequest {
  /** One statement that asks and changes nothing. */
  readonly sql: string;
  readonly database: string;
  readonly bytesMax: number;
}

export interface QueryWatch {
  /** Called with the bytes read so far. */
  readonly onScanned: (bytes: number) => void;
  /** Aborted when nobody waits for the answer any more: what is left to do is left. */
  readonly signal: AbortSignal;
}

/** An answer as Athena gives it: every value is text. */
export interface TypedAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface QueryRunnerSettings {
  readonly glue: Pick<GlueClient, 'send'>;
  readonly s3: Pick<S3Client, 'send'>;
  readonly nowMilliseconds: () => number;
}

/** A statement would read more than its workgroup allows. */
export class ScanLimitError extends Error {
  override readonly name = 'ScanLimitError';
}

function typeOf(duckDbType: string): string {
  return TYPES.find(([pattern]) => pattern.test(duckDbType))?.[1] ?? 'varchar';
}

function textOf(type: string, cell: Cell): string | null {
  if (cell === null) return null;
  if (type !== 'timestamp') return String(cell);
  const [seconds = '', fraction = ''] = String(cell).split('.');
  return `${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}`;
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/^.*?(?=(?:Parser|Catalog|Binder) Error: )/, '');
}

/** What DuckDB says, as Athena would. */
function explain(error: unknown, database: string): StatementError {
  const line = firstLine(error);
  const found = (pattern: RegExp): string | undefined => pattern.exec(line)?.[1];
  const table = found(/^Catalog Error: Table with name (\S+) does not exist/);
  const column = found(/^Binder Error: Referenced column "([^"]*)" not found/);
  const called = found(/^Catalog Error: .*Function with name "?(\w+)"? does not exist/);
  if (table !== undefined)
    return new StatementError(
      `TABLE_NOT_FOUND: Table 'awsdatacatalog.${database}.${table}' does not exist`,
    );
  if (column !== undefined)
    return new StatementError(`COLUMN_NOT_FOUND: Column '${column}' cannot be resolved`);
  if (called !== undefined)
    return new StatementError(`FUNCTION_NOT_FOUND: Function '${called}' not registered`);
  const syntax = found(/^Parser Error: (.*)/);
  return new StatementError(
    syntax === undefined ? `GENERIC_INTERNAL_ERROR: ${line}` : `SYNTAX_ERROR: ${syntax}`,
  );
}

function narrow({ from, to }: Hours, firstHour: string, now: string): Hours {
  return { from: from > firstHour ? from : firstHour, to: to < now ? to : now };
}

/** Runs the text of a statement on DuckDB over the tables of the Glue catalog. */
export class QueryRunner {
  readonly #settings: QueryRunnerSettings;

  constructor(settings: QueryRunnerSettings) {
    this.#settings = settings;
  }

  /**
   * @param watch who waits for the answer
   * @throws StatementError in Athena's words; ScanLimitError when it would read more than it may
   */
  async run(request: QueryRequest, watch: QueryWatch): Promise<TypedAnswer> {
    const { path: folder, remove } = makeTemporaryFolder('edgepass-athena-');
    const engine = await createDuckDbEngine({ files: [] });
    const interrupt = (): void => engine.interrupt?.();
    watch.signal.addEventListener('abort', interrupt);
    try {
      watch.signal.throwIfAborted();
      await this.#prepare(engine, request, { folder, ...watch });
      return await this.#ask(engine, request);
    } finally {
      watch.signal.removeEventListener('abort', interrupt);
      await engine.close();
      remove();
    }
  }

  async #prepare(
    engine: QueryEngine,
    { sql, database, bytesMax }: QueryRequest,
    { folder, onScanned, signal }: { folder: string } & QueryWatch,
  ): Promise<void> {
    // A table that the catalog lacks must be missing, not empty.
    const views = await engine.run('select view_name from duckdb_views() where not internal');
    for (const [name] of views.rows) await engine.run(`drop view "${String(name)}"`);
    for (const macro of CONSOLE_MACROS) await engine.run(macro);
    const tables = await listGlueTables(this.#settings.glue, database);
    let bytes = 0;
    for (const table of tables.filter(({ Name = '' }) => namesTable(sql, Name))) {
      const parsed = parseGlueTable(table);
      const files = await this.#download(parsed, askedHours(sql, parsed.name) ?? EVERY_HOUR, {
        folder: path.join(folder, parsed.name),
        signal,
      });
      bytes += files.reduce((sum, file) => sum + statSync(file).size, 0);
      onScanned(bytes);
      if (bytes > bytesMax) throw new ScanLimitError('Bytes scanned limit was exceeded');
      await this.#show(engine, parsed, files);
    }
    // The text of a statement reaches the files of its tables and nothing else of this machine.
    await engine.run(`set allowed_directories = ['${folder.replaceAll("'", "''")}']`);
    await engine.run('set enable_external_access = false');
    await engine.run('set lock_configuration = true');
  }

  async #show(engine: QueryEngine, table: GlueTable, files: readonly string[]): Promise<void> {
    try {
      await engine.run(await viewOf(engine, table, files));
    } catch (error) {
      throw new StatementError(`HIVE_BAD_DATA: ${firstLine(error)}`);
    }
  }

  async #download(
    { bucket, prefix, firstHour }: GlueTable,
    hours: Hours,
    { folder, signal }: { folder: string; signal: AbortSignal },
  ): Promise<readonly string[]> {
    const { s3, nowMilliseconds } = this.#settings;
    mkdirSync(folder);
    await downloadLogs({
      s3,
      places: [{ bucket, prefix, ...(firstHour !== undefined && { hours: 'folders' as const }) }],
      partitions:
        firstHour === undefined
          ? EVERY_HOUR
          : narrow(hours, firstHour, partitionOf(nowMilliseconds())),
      folder,
      onProgress: () => undefined,
      signal,
    });
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/^[._]/.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name));
  }

  async #ask(engine: QueryEngine, { sql, database }: QueryRequest): Promise<TypedAnswer> {
    try {
      const described = await engine.run(`describe ${sql}`);
      const columns = described.rows.map(([name, type]) => ({
        name: String(name),
        type: typeOf(String(type)),
      }));
      const { rows } = await engine.run(sql);
      return {
        columns,
        rows: rows.map((row) => row.map((cell, at) => textOf(columns[at]?.type ?? '', cell))),
      };
    } catch (error) {
      throw explain(error, database);
    }
  }
}
