import { runProgram } from '../program';

/** What one query cost, in a process of its own. */
export interface MeasuredQuery {
  readonly seconds: number;
  /** The most memory that the process had. */
  readonly peakMegabytes: number;
  readonly rows: readonly (readonly unknown[])[];
}

/** Asks one question of `analytics/queries/` about the logs of a folder, through our own engine. */
export function askQuery(
  folder: string,
  name: string,
  values: Readonly<Record<string, number>> = {},
): MeasuredQuery {
  const arguments_ = [folder, name, JSON.stringify(values)];
  return runProgram('bench/logs/query-program.ts', arguments_) as MeasuredQuery;
}
