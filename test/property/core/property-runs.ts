/**
 * Returns how many cases a property tries. The default is small, for every commit;
 * `EDGEPASS_PROPERTY_RUNS=100000` sets a larger number. Each property passes its share of it,
 * because signing takes longer than matching.
 */
export function propertyRuns(share = 1): { numRuns: number } {
  const runs = Number(process.env['EDGEPASS_PROPERTY_RUNS'] ?? 1000);
  return { numRuns: Math.ceil(runs * share) };
}
