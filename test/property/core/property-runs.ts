/**
 * How many cases a property tries: a modest number on each commit, as many as wanted elsewhere
 * (`EDGEPASS_PROPERTY_RUNS=100000`). A property names its share, because signing costs more than matching.
 */
export function propertyRuns(share = 1): { numRuns: number } {
  const runs = Number(process.env['EDGEPASS_PROPERTY_RUNS'] ?? 1000);
  return { numRuns: Math.ceil(runs * share) };
}
