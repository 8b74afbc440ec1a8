/** A value in an answer. A whole number beyond 2^53 is a string. */
export type Cell = string | number | boolean | null;

/** The answer to a statement. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** An engine that runs rendered statements. The same text has the same meaning on every engine. */
export interface QueryEngine {
  /** Longest statement in bytes; undefined when there is no limit. */
  readonly statementBytesMax?: number;
  run(sql: string): Promise<QueryResult>;
  /**
   * Ends the running statement with an error. Later statements fail too; only `close` is left to
   * call.
   */
  interrupt?(): void;
  close(): Promise<void>;
}
