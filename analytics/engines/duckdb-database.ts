import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { toDuckDbError } from './duckdb-error';
import type { Cell, QueryResult } from './engine';

/** Functions of Trino that have another name or another meaning in DuckDB. */
const MACROS = [
  'create macro from_utf8(bytes) as decode(bytes)',
  'create macro to_utf8(text) as encode(text)',
  'create macro sha256(bytes) as unhex(system.main.sha256(bytes))',
  'create macro regexp_like(text, pattern) as regexp_matches(text, pattern)',
  "create macro regexp_replace(text, pattern, replacement) as system.main.regexp_replace(text, pattern, replacement, 'g')",
  'create macro to_unixtime(moment) as epoch(moment)',
  'create macro approx_percentile(value, share) as approx_quantile(value, share)',
] as const;

function toCell(value: DuckDBValue): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint')
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  return value.toString();
}

/** An answer with the types that DuckDB gave its columns: `VARCHAR`, `BIGINT`, … */
export interface DuckDbResult extends QueryResult {
  readonly types: readonly string[];
}

/** Reads the answer in chunks, so that a large answer is not in memory twice. */
async function readRows(connection: DuckDBConnection, sql: string): Promise<DuckDbResult> {
  const result = await connection.stream(sql);
  const rows: Cell[][] = [];
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (const row of chunk.getRows()) rows.push(row.map(toCell));
  }
  return { columns: result.columnNames(), types: result.columnTypes().map(String), rows };
}

/** Runs a statement. @throws {DuckDbError} without log lines in its message */
export function query(connection: DuckDBConnection, sql: string): Promise<DuckDbResult> {
  return readRows(connection, sql).catch((error: unknown) => {
    throw toDuckDbError(error);
  });
}

/** Runs statements one after the other. @throws {DuckDbError} without log lines in its message */
export async function runAll(
  connection: DuckDBConnection,
  statements: readonly string[],
): Promise<void> {
  for (const statement of statements) {
    await connection.run(statement).catch((error: unknown) => {
      throw toDuckDbError(error);
    });
  }
}

/** A database in memory and the function that closes it. */
export interface OpenDatabase {
  readonly connection: DuckDBConnection;
  readonly close: () => void;
}

/**
 * Opens a database in memory that has the functions of Trino.
 *
 * @param megabytes memory limit
 * @param overflow folder for data beyond the limit
 */
export async function openDatabase(megabytes: number, overflow: string): Promise<OpenDatabase> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${megabytes}MB`,
    temp_directory: overflow,
    preserve_insertion_order: 'false',
    errors_as_json: 'true',
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
