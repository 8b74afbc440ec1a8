import { LOG_HOURS_AFTER, LOG_HOURS_BEFORE } from '#core/contract/log-window';

const HOUR_MILLISECONDS = 3_600_000;

/**
 * The partition key (`yyyy/MM/dd/HH`, UTC) of the hour that holds a time: RFC 3339, or milliseconds
 * since the epoch.
 */
export function partitionOf(time: string | number): string {
  return new Date(time).toISOString().slice(0, 13).replace(/[-T]/g, '/');
}

/** Source of a regular expression for a partition, without `^` and `$`. */
export const PARTITION_PATTERN = String.raw`\d{4}/\d{2}/\d{2}/\d{2}`;

/**
 * Source of a regular expression for the hour of a log object from the names of its folders, as v2
 * writes them. Group 1 is the partition. Only the last folders are looked at: others may have any
 * name. TypeScript and DuckDB read it alike.
 */
export const HOUR_OF_FOLDERS_PATTERN = `(?:^|[/=])(${PARTITION_PATTERN})/[^/]*$`;

/**
 * The same for the name of the object itself, as v1 writes it. Group 1 is the partition with `-`
 * for `/`.
 */
export const HOUR_OF_NAME_PATTERN = String.raw`[.](\d{4}-\d{2}-\d{2}-\d{2})[.][^/]*$`;

const HOUR_OF_FOLDERS = new RegExp(HOUR_OF_FOLDERS_PATTERN);
const HOUR_OF_NAME = new RegExp(HOUR_OF_NAME_PATTERN);

/** The hour in the name of a v1 or v2 log object, `yyyy/MM/dd/HH`; undefined when there is none. */
export function partitionOfName(name: string): string | undefined {
  const ofFolders = HOUR_OF_FOLDERS.exec(name)?.[1];
  return ofFolders ?? HOUR_OF_NAME.exec(name)?.[1]?.replaceAll('-', '/');
}

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
  hoursBefore: number = LOG_HOURS_BEFORE,
): { readonly from: string; readonly to: string } {
  return {
    from: partitionOf(Date.parse(from) - hoursBefore * HOUR_MILLISECONDS),
    to: partitionOf(Date.parse(to) + LOG_HOURS_AFTER * HOUR_MILLISECONDS),
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
