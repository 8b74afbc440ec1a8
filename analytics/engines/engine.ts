/** A value in an answer. A whole number beyond 2^53 is a string. */
export type Cell = string | number | boolean | null;

/** The answer to a statement. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A field that some lines do not have. */
export interface MissingField {
  readonly field: string;
  /** Names of the files without it. */
  readonly files: readonly string[];
  /** Number of files with requests. */
  readonly of: number;
  /** Number of lines without it; undefined when no file has the field. */
  readonly lines: number | undefined;
}

/** An engine that runs rendered statements. The same text has the same meaning on every engine. */
export interface QueryEngine {
  /** Longest statement in bytes; undefined when there is no limit. */
  readonly statementBytesMax?: number;
  run(sql: string): Promise<QueryResult>;
  /**
   * Says which of some fields the logs do not have. An engine whose tables always have every column
   * cannot tell.
   */
  findMissing?(fields: readonly string[]): Promise<readonly MissingField[]>;
  /**
   * Ends the running statement with an error. Later statements fail too; only `close` is left to
   * call.
   */
  interrupt?(): void;
  close(): Promise<void>;
}
