const HOUR_MILLISECONDS = 3_600_000;

/**
 * The partition key (`yyyy/MM/dd/HH`, UTC) of the hour that holds a time: RFC 3339, or milliseconds
 * since the epoch.
 */
export function partitionOf(time: string | number): string {
  return new Date(time).toISOString().slice(0, 13).replace(/[-T]/g, '/');
}

/** Hours before a window whose files are read, when no response took longer than an hour. */
export const HOURS_BEFORE_DEFAULT = 1;
/** Largest number of hours before a window whose files are read. */
export const HOURS_BEFORE_MAX = 24;

/**
 * The partitions to read for requests between two times (RFC 3339), wider at both ends. CloudFront
 * puts a line into the hour of the request, but its time is the end of the response; and a grant is
 * issued before it is used.
 *
 * @param hoursBefore number of hours before `from`: at least as many as the longest response took.
 *   @default 1
 */
export function partitionsBetween(
  from: string,
  to: string,
  hoursBefore: number = HOURS_BEFORE_DEFAULT,
): { readonly from: string; readonly to: string } {
  return {
    from: partitionOf(Date.parse(from) - hoursBefore * HOUR_MILLISECONDS),
    to: partitionOf(Date.parse(to) + HOUR_MILLISECONDS),
  };
}

/**
 * Whole hours from a partition (`yyyy/MM/dd/HH`) to the hour of a time (RFC 3339); negative when
 * the partition is later.
 */
export function hoursBetween(partition: string, time: string): number {
  const [year, month, day, hour] = partition.split('/');
  const start = Date.parse(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:00:00Z`);
  return Math.floor((Date.parse(time) - start) / HOUR_MILLISECONDS);
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
