/** A value of an answer. Whole numbers beyond 2^53 come as text. */
export type Cell = string | number | boolean | null;

/** The answer to a statement. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** What runs a rendered statement. The same text means the same on every engine. */
export interface QueryEngine {
  /** The longest statement that it takes; undefined where there is no limit. */
  readonly statementBytesMax?: number;
  run(sql: string): Promise<QueryResult>;
  /** Ends the statement that runs, and every later one, with an error; the engine is there to be closed then. */
  interrupt?(): void;
  close(): Promise<void>;
}
