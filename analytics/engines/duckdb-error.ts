/** What DuckDB writes about an error with `errors_as_json`, as much of it as is read here. */
interface ErrorDocument {
  readonly exception_type: string;
  readonly exception_message: string;
  readonly error_subtype?: string;
  readonly name?: string;
  readonly type?: string;
}

/**
 * An error of DuckDB with the parts that programs look at. The message is DuckDB's own without the
 * line of the log that it could not read, because a line may hold a cookie (L-04).
 */
export class DuckDbError extends Error {
  override readonly name = 'DuckDbError';
  /** Kind of error: `Parser`, `Binder`, `Catalog`, `Out of Memory`, … */
  readonly type: string;
  /** A finer kind where there is one: `COLUMN_NOT_FOUND`, `MISSING_ENTRY`, … */
  readonly subtype: string | undefined;
  /** The column, table or function that the error is about. */
  readonly subject: string | undefined;
  /** What the subject is: `Table`, `Scalar Function`, … */
  readonly subjectKind: string | undefined;

  constructor(document: ErrorDocument) {
    const text = document.exception_message.replace(/^Original Line: [^\n]*\n/m, '');
    super(`${document.exception_type} Error: ${text}`);
    this.type = document.exception_type;
    this.subtype = document.error_subtype;
    this.subject = document.name;
    this.subjectKind = document.type;
  }
}

/** Reads what DuckDB threw. An error of the parser has words before the document. */
export function toDuckDbError(error: unknown): DuckDbError {
  const message = error instanceof Error ? error.message : String(error);
  const start = message.indexOf('{"exception_type":');
  if (start >= 0) return new DuckDbError(JSON.parse(message.slice(start)) as ErrorDocument);
  const [, type = 'Unknown', text = message] = /^([\w ]+) Error: ([^]*)$/.exec(message) ?? [];
  return new DuckDbError({ exception_type: type, exception_message: text });
}
