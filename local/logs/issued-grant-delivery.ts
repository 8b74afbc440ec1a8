import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { groupByPartition } from '#analytics/partition';
import type { DeploymentRecord } from '#configuration/deployment-record';

/** How much later than its own time an event may appear in the log group. */
const LATE_MILLISECONDS = 60_000;

/**
 * Rounds down to a whole second. Records have whole seconds, so a record of the second in which the
 * delivery started could look older than the start.
 */
const wholeSecond = (milliseconds: number): number => milliseconds - (milliseconds % 1_000);

export interface IssuedGrantDeliverySettings {
  readonly s3: Pick<S3Client, 'send'>;
  readonly cloudWatchLogs: Pick<CloudWatchLogsClient, 'send'>;
  readonly logGroupName: string;
  /** The bucket and prefix to which the deployment delivers the records of issued grants. */
  readonly place: DeploymentRecord['logs']['issuedGrants'];
  /**
   * Start of this run in milliseconds since the Unix epoch. Earlier records were delivered by
   * earlier runs.
   */
  readonly startedAtMilliseconds: number;
}

/**
 * Copies the records of issued grants from their log group to the log bucket. On AWS the deployed
 * subscription and its Firehose stream do this, but the emulator forwards log events only to
 * functions (docs/upstream.md).
 */
export class IssuedGrantDelivery {
  readonly #settings: IssuedGrantDeliverySettings;
  readonly #delivered = new Set<string>();
  #from: number;

  constructor(settings: IssuedGrantDeliverySettings) {
    this.#settings = settings;
    this.#from = wholeSecond(settings.startedAtMilliseconds);
  }

  /** Writes every record that is not in the bucket yet, as one object for each hour. */
  async flush(): Promise<void> {
    const fresh = (await this.#readEvents()).filter(
      ({ eventId }) => eventId !== undefined && !this.#delivered.has(eventId),
    );
    const hours = groupByPartition(fresh, ({ timestamp = 0 }) => timestamp);
    for (const [hour, events] of hours) {
      await this.#put(hour, events);
      for (const { eventId, timestamp = 0 } of events) {
        this.#delivered.add(eventId ?? '');
        this.#from = Math.max(this.#from, timestamp - LATE_MILLISECONDS);
      }
    }
  }

  async #readEvents(): Promise<readonly FilteredLogEvent[]> {
    const { cloudWatchLogs, logGroupName } = this.#settings;
    const events: FilteredLogEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await cloudWatchLogs
        .send(
          new FilterLogEventsCommand({
            logGroupName,
            startTime: this.#from,
            ...(nextToken !== undefined && { nextToken }),
          }),
        )
        .catch((error: unknown) => {
          if (error instanceof ResourceNotFoundException) return { events: [] };
          throw error;
        });
      events.push(...(page.events ?? []));
      nextToken = 'nextToken' in page ? page.nextToken : undefined;
    } while (nextToken !== undefined);
    return events;
  }

  async #put(hour: string, events: readonly FilteredLogEvent[]): Promise<void> {
    const { s3, place } = this.#settings;
    const lines = events.map(({ message }) => `${(message ?? '').trim()}\n`).join('');
    await s3.send(
      new PutObjectCommand({
        Bucket: place.bucket,
        Key: `${place.prefix}${hour}/issued-grants-${randomBytes(8).toString('hex')}.gz`,
        Body: gzipSync(lines),
      }),
    );
  }
}
