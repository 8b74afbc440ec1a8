import { gzipSync } from 'node:zlib';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { LogField } from '../fields';

/** A logged request: field values by name, encoded as in the log. A missing value is `-`. */
export type LogRecord = Readonly<Record<string, string>>;

/** Text formats of CloudFront's standard logs. */
export type TextLogForm = 'v1' | 'v2-text' | 'v2-json';

function textLine(fields: readonly LogField[], record: LogRecord): string {
  return fields.map(({ name }) => record[name] ?? '-').join('\t');
}

function jsonLine(fields: readonly LogField[], record: LogRecord): string {
  return JSON.stringify(Object.fromEntries(fields.map(({ name }) => [name, record[name] ?? '-'])));
}

/** One gzip file of text or JSON lines with the given fields, as CloudFront writes it. */
export function encodeTextLog(
  form: TextLogForm,
  fields: readonly LogField[],
  records: readonly LogRecord[],
): Buffer {
  const names = fields.map(({ name }) => name);
  const header = {
    v1: `#Version: 1.0\n#Fields: ${names.join(' ')}\n`,
    'v2-text': `#Fields: ${names.join('\t')}\n`,
    'v2-json': '',
  };
  const toLine = form === 'v2-json' ? jsonLine : textLine;
  const lines = records.map((record) => `${toLine(fields, record)}\n`);
  return gzipSync(header[form] + lines.join(''));
}

/** Writes Parquet files as CloudFront does: every column a string, named with underscores. */
export class ParquetLogWriter {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async create(): Promise<ParquetLogWriter> {
    const instance = await DuckDBInstance.create(':memory:');
    return new ParquetLogWriter(instance, await instance.connect());
  }

  /** Writes one file of the given fields. */
  async write(
    file: string,
    fields: readonly LogField[],
    records: Iterable<LogRecord>,
  ): Promise<void> {
    const columns = fields.map(({ column }) => `"${column}" varchar`).join(', ');
    await this.#connection.run(`create or replace temp table lines (${columns})`);
    const appender = await this.#connection.createAppender('lines');
    for (const record of records) {
      for (const { name } of fields) appender.appendVarchar(record[name] ?? '-');
      appender.endRow();
    }
    appender.closeSync();
    const target = file.replaceAll("'", "''");
    await this.#connection.run(`copy lines to '${target}' (format parquet, compression snappy)`);
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
