const HOUR_MILLISECONDS = 3_600_000;

/**
 * The partition key (`yyyy/MM/dd/HH`, UTC) of the hour that holds a time: RFC 3339, or milliseconds
 * since the epoch.
 */
export function partitionOf(time: string | number): string {
  return new Date(time).toISOString().slice(0, 13).replace(/[-T]/g, '/');
}

/**
 * The partitions to read for requests between two times (RFC 3339), one hour wider at both ends.
 * CloudFront puts a line into the hour of the request, but its time is the end of the response; and
 * a grant is issued before it is used.
 */
export function partitionsBetween(
  from: string,
  to: string,
): { readonly from: string; readonly to: string } {
  return {
    from: partitionOf(Date.parse(from) - HOUR_MILLISECONDS),
    to: partitionOf(Date.parse(to) + HOUR_MILLISECONDS),
  };
}

/** Groups things by the partition of their hour, because a log file holds one hour. */
export function groupByPartition<Thing>(
  things: readonly Thing[],
  timeOf: (thing: Thing) => string | number,
): ReadonlyMap<string, readonly Thing[]> {
  const partitions = new Map<string, Thing[]>();
  for (const thing of things) {
    const partition = partitionOf(timeOf(thing));
    const known = partitions.get(partition);
    if (known === undefined) partitions.set(partition, [thing]);
    else known.push(thing);
  }
  return partitions;
}
