import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { partitionOf } from '#analytics/partition';
import { clientSettings } from '#aws/clients';
import type { CheckContext, CheckResult } from './checklist';

const HOUR = 3_600_000;
/**
 * Ages in hours between which traffic is looked for, the youngest first. What is younger than the
 * first may still be on its way.
 */
const WINDOWS = [
  [1, 2],
  [2, 4],
  [4, 8],
  [8, 24],
] as const;

/** A folder of the log bucket, and the log group that shows what must have arrived there. */
interface Delivery {
  readonly what: string;
  readonly bucket: string;
  /** Folder below which the keys continue with `yyyy/MM/dd/HH/`. */
  readonly folder: string;
  readonly logGroup: string;
}

function deliveriesOf({ deployed }: CheckContext): Delivery[] {
  const { logs, logGroups, distribution } = deployed.deployment;
  const ofRequests = [logs.traffic, ...(logs.evidence ? [logs.evidence] : [])];
  return [
    // Every request for a session goes through CloudFront.
    ...ofRequests.map(({ bucket, prefix }) => ({
      what: prefix,
      bucket,
      folder: `${prefix}${distribution.id}/`,
      logGroup: logGroups.session,
    })),
    {
      what: logs.issuedGrants.prefix,
      bucket: logs.issuedGrants.bucket,
      folder: logs.issuedGrants.prefix,
      logGroup: logGroups.issuedGrants,
    },
  ];
}

/** Returns the time of the first record of a log group between two times. */
async function firstRecord(
  client: CloudWatchLogsClient,
  logGroupName: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<number | undefined> {
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new FilterLogEventsCommand({
        logGroupName,
        startTime: from,
        endTime: to,
        ...(nextToken !== undefined && { nextToken }),
      }),
    );
    const times = (page.events ?? []).map(({ timestamp }) => timestamp ?? to);
    if (times.length > 0) return Math.min(...times);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return undefined;
}

/** Returns the time of a record that must have arrived, as young as possible. */
async function lastTraffic(
  client: CloudWatchLogsClient,
  logGroup: string,
  now: number,
): Promise<number | undefined> {
  for (const [young, old] of WINDOWS) {
    const window = { from: now - old * HOUR, to: now - young * HOUR };
    const found = await firstRecord(client, logGroup, window);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns whether an object below a folder was written at a time or later. */
async function hasObjectSince(
  s3: S3Client,
  { bucket, folder }: Delivery,
  since: number,
): Promise<boolean> {
  // Keys are in the order of their hours, so that older ones are never listed.
  let after: string | undefined = `${folder}${partitionOf(since - HOUR)}`;
  do {
    const page: ListObjectsV2CommandOutput = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: folder, StartAfter: after }),
    );
    const { Contents = [], IsTruncated } = page;
    if (Contents.some(({ LastModified }) => (LastModified?.getTime() ?? 0) >= since)) return true;
    after = IsTruncated === true ? Contents.at(-1)?.Key : undefined;
  } while (after !== undefined);
  return false;
}

/**
 * Checks that the log bucket has an object that is younger than traffic of an hour ago: for the
 * access logs, and for the records of issued grants. Object Lock, a bucket policy or a key can keep
 * a log writer of AWS out, and then nothing fails but the log.
 */
export async function checkLogsArrive(context: CheckContext): Promise<CheckResult> {
  const { deployed, nowMilliseconds: now } = context;
  const logs = new CloudWatchLogsClient(clientSettings(deployed.variables, 'CLOUDWATCH_LOGS'));
  const [arrived, quiet, missing]: [string[], string[], string[]] = [[], [], []];
  for (const delivery of deliveriesOf(context)) {
    const since = await lastTraffic(logs, delivery.logGroup, now);
    if (since === undefined) quiet.push(delivery.what);
    else if (await hasObjectSince(deployed.clients.s3, delivery, since))
      arrived.push(delivery.what);
    else missing.push(`${delivery.what} has nothing since ${new Date(since).toISOString()}`);
  }
  if (missing.length > 0) {
    const detail = `${missing.join('; ')}, when there was traffic (CloudFront delivers within minutes, rarely after a day)`;
    return { outcome: 'fail', detail };
  }
  if (quiet.length > 0) {
    const detail = `no traffic between 1 and 24 hours ago that would have to be in ${quiet.join(', ')}`;
    return { outcome: 'unknown', detail };
  }
  return { outcome: 'pass', detail: `objects since the last traffic: ${arrived.join(', ')}` };
}
