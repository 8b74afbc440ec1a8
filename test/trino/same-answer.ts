import type { Cell, QueryResult } from '#analytics/engines/engine';

/**
 * Columns that functions of approximation fill: each engine has its own algorithm. Such a value may
 * differ by this share of itself, or by `atLeast`, whichever is more; every other value must be
 * equal.
 */
const APPROXIMATE: Readonly<
  Record<
    string,
    { readonly columns: readonly string[]; readonly share: number; readonly atLeast: number }
  >
> = {
  'latency-percentiles': {
    columns: ['first_byte_p50', 'first_byte_p95', 'first_byte_p99', 'origin_p95'],
    // The smallest group has 20 requests: values of neighbouring ranks differ by 5 %.
    share: 0.1,
    atLeast: 0.005,
  },
};

function isSame(query: string, column: string, values: readonly [Cell, Cell]): boolean {
  const [left, right] = values;
  if (Object.is(left, right)) return true;
  const bound = APPROXIMATE[query];
  if (bound?.columns.includes(column) !== true) return false;
  if (typeof left !== 'number' || typeof right !== 'number') return false;
  return Math.abs(left - right) <= Math.max(bound.atLeast, bound.share * Math.abs(right));
}

/** How two answers to one query differ, in words; empty when they do not. */
export function differences(query: string, found: QueryResult, expected: QueryResult): string[] {
  if (found.columns.join() !== expected.columns.join())
    return [`columns ${found.columns.join()} instead of ${expected.columns.join()}`];
  if (found.rows.length !== expected.rows.length)
    return [`${found.rows.length} rows instead of ${expected.rows.length}`];
  return found.rows.flatMap((row, at) =>
    found.columns.flatMap((column, index) => {
      const values = [row[index] ?? null, expected.rows[at]?.[index] ?? null] as const;
      if (isSame(query, column, values)) return [];
      return [`row ${at}, ${column}: ${String(values[0])} instead of ${String(values[1])}`];
    }),
  );
}
