import { mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { GlueClient } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import { createDuckDbEngine, type DuckDbEngine } from '#analytics/engines/duckdb';
import { DuckDbError } from '#analytics/engines/duckdb-error';
import type { Cell } from '#analytics/engines/engine';
import { partitionOf } from '#analytics/partition';
import { downloadLogs } from '#analytics/records/download-logs';
import { makeTemporaryFolder } from '#analytics/records/temporary-folder';
import { EVERY_HOUR, type Hours } from './asked-hours';
import { type GlueTable, listGlueTables, parseGlueTable, resolveFirstHour } from './glue-table';
import { executeText, planHours, prepareText } from './planned-statement';
import { countPlaceholders, StatementError } from './statement-text';
import { viewOf } from './table-view';

/** Athena's names for the types of DuckDB. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^(?:HUGEINT|UBIGINT|BIGINT|UINTEGER)$/, 'bigint'],
  [/^(?:INTEGER|SMALLINT|TINYINT|USMALLINT|UTINYINT)$/, 'integer'],
  [/^(?:DOUBLE|FLOAT)$/, 'double'],
  [/^BOOLEAN$/, 'boolean'],
  [/^TIMESTAMP(?:_(?:S|MS|NS))?$/, 'timestamp'],
  [/^DATE$/, 'date'],
  [/^DECIMAL/, 'decimal'],
];

/**
 * Functions of Athena that people use in its console and that DuckDB does not have. The queries of
 * this project do not use them.
 */
const CONSOLE_MACROS = ['create macro date_format(moment, pattern) as strftime(moment, pattern)'];

export interface QueryRequest {
  /** One statement that only reads. It may contain `?`. */
  readonly sql: string;
  /** One value for each `?`, as SQL, separated by commas. */
  readonly values: string;
  readonly database: string;
  readonly bytesMax: number;
}

export interface QueryWatch {
  /** Called with the number of bytes that were read so far. */
  readonly onScanned: (bytes: number) => void;
  /** Aborted when nobody waits for the answer any more. The remaining work is then not done. */
  readonly signal: AbortSignal;
}

/** An answer in the form of Athena: every value is text. */
export interface TypedAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface QueryRunnerSettings {
  readonly glue: Pick<GlueClient, 'send'>;
  readonly s3: Pick<S3Client, 'send'>;
  readonly nowMilliseconds: () => number;
}

/** The statement would read more bytes than its workgroup allows. */
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
  return line;
}

/**
 * Builds Athena's message for a statement whose number of `?` differs from the number of values.
 */
function explainCount(line: string, sql: string): StatementError | undefined {
  const [, list] = /prepared statement parameters: (.+)$/.exec(line) ?? [];
  const [, excess] = /excess parameters: (.+)$/.exec(line) ?? [];
  const difference = (excess?.split(', ').length ?? 0) - (list?.split(', ').length ?? 0);
  if (difference === 0) return undefined;
  const expected = countPlaceholders(sql);
  return new StatementError(
    `INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected ${expected} but found ${expected + difference}`,
  );
}

/** Converts an error of DuckDB into the message that Athena would give. */
function explain(error: unknown, { sql, database }: QueryRequest): unknown {
  if (!(error instanceof DuckDbError)) return error;
  const { type, subtype, subject = '', subjectKind } = error;
  const line = firstLine(error);
  if (subtype === 'MISSING_ENTRY' && subjectKind === 'Table')
    return new StatementError(
      `TABLE_NOT_FOUND: Table 'awsdatacatalog.${database}.${subject}' does not exist`,
    );
  if (subtype === 'COLUMN_NOT_FOUND')
    return new StatementError(`COLUMN_NOT_FOUND: Column '${subject}' cannot be resolved`);
  if (subtype === 'MISSING_ENTRY' && subjectKind?.endsWith('Function') === true)
    return new StatementError(`FUNCTION_NOT_FOUND: Function '${subject}' not registered`);
  if (type === 'Parser')
    return new StatementError(`SYNTAX_ERROR: ${line.slice('Parser Error: '.length)}`);
  return explainCount(line, sql) ?? new StatementError(`GENERIC_INTERNAL_ERROR: ${line}`);
}

function narrow({ from, to }: Hours, firstHour: string, now: string): Hours {
  return { from: from > firstHour ? from : firstHour, to: to < now ? to : now };
}

/** Runs the text of a statement with DuckDB over the tables of the Glue catalog. */
export class QueryRunner {
  readonly #settings: QueryRunnerSettings;

  constructor(settings: QueryRunnerSettings) {
    this.#settings = settings;
  }

  /**
   * @param watch receives progress and can abort the statement
   * @throws StatementError with Athena's message; ScanLimitError when the statement would read more
   * bytes than allowed
   */
  async run(request: QueryRequest, watch: QueryWatch): Promise<TypedAnswer> {
    const { path: folder, remove } = makeTemporaryFolder('edgepass-athena-');
    const engine = await createDuckDbEngine({ files: [] });
    const interrupt = (): void => {
      engine.interrupt();
    };
    watch.signal.addEventListener('abort', interrupt);
    try {
      watch.signal.throwIfAborted();
      await this.#prepare(engine, request, { folder, ...watch });
      return await this.#ask(engine, request);
    } catch (error) {
      throw explain(error, request);
    } finally {
      watch.signal.removeEventListener('abort', interrupt);
      await engine.close();
      remove();
    }
  }

  async #prepare(
    engine: DuckDbEngine,
    request: QueryRequest,
    { folder, onScanned, signal }: { folder: string } & QueryWatch,
  ): Promise<void> {
    for (const macro of CONSOLE_MACROS) await engine.run(macro);
    const tables = await listGlueTables(this.#settings.glue, request.database);
    const hours = await planHours(engine, tables, request);
    let bytes = 0;
    for (const table of tables) {
      const asked = hours.get(table.Name ?? '');
      if (asked === undefined) continue;
      const parsed = parseGlueTable(table);
      const files = await this.#download(parsed, asked, {
        folder: path.join(folder, parsed.name),
        signal,
      });
      bytes += files.reduce((sum, file) => sum + statSync(file).size, 0);
      onScanned(bytes);
      if (bytes > request.bytesMax) throw new ScanLimitError('Bytes scanned limit was exceeded');
      await this.#show(engine, parsed, files);
    }
    // A statement can read only the files of its tables and no other file of this machine.
    await engine.run(`set allowed_directories = ['${folder.replaceAll("'", "''")}']`);
    await engine.run('set enable_external_access = false');
    await engine.run('set lock_configuration = true');
  }

  async #show(engine: DuckDbEngine, table: GlueTable, files: readonly string[]): Promise<void> {
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
    const now = nowMilliseconds();
    mkdirSync(folder);
    await downloadLogs({
      s3,
      places: [{ bucket, prefix, ...(firstHour !== undefined && { hours: 'folders' as const }) }],
      partitions:
        firstHour === undefined
          ? EVERY_HOUR
          : narrow(hours, resolveFirstHour(firstHour, now), partitionOf(now)),
      folder,
      onProgress: () => undefined,
      signal,
    });
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/^[._]/.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name));
  }

  async #ask(engine: DuckDbEngine, request: QueryRequest): Promise<TypedAnswer> {
    await engine.run(prepareText(request));
    const { columns: names, types, rows } = await engine.run(executeText(request));
    const columns = names.map((name, at) => ({ name, type: typeOf(types[at] ?? '') }));
    return {
      columns,
      rows: rows.map((row) => row.map((cell, at) => textOf(columns[at]?.type ?? '', cell))),
    };
  }
}
