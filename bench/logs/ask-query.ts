import { runProgram } from '../program';

/** The cost of one query that ran in its own process. */
export interface MeasuredQuery {
  readonly seconds: number;
  /** The largest memory use of the process. */
  readonly peakMegabytes: number;
  readonly rows: readonly (readonly unknown[])[];
}

/**
 * Runs one query of `analytics/queries/` over the logs in a folder with this project's DuckDB
 * engine.
 */
export function askQuery(
  folder: string,
  name: string,
  values: Readonly<Record<string, number>> = {},
): MeasuredQuery {
  const arguments_ = [folder, name, JSON.stringify(values)];
  return runProgram('bench/logs/query-program.ts', arguments_) as MeasuredQuery;
}
