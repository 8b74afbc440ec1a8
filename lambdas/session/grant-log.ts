import {
  type CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { EpochSeconds } from '#core/clock';
import type { IssuedGrantRecord } from '#core/contract/issued-grant';

const TIMEOUT_MILLISECONDS = 2_000;

/** Where issuance is written down, before anything is handed out. */
export interface GrantLog {
  /** Writes all records of one answer, or throws. */
  write(records: readonly IssuedGrantRecord[], now: EpochSeconds): Promise<void>;
}

export interface CloudWatchGrantLogInput {
  /** Only `send` is used. Give it `maxAttempts: 2`. */
  readonly client: Pick<CloudWatchLogsClient, 'send'>;
  readonly logGroupName: string;
  /** A name that no other container uses. */
  readonly logStreamName: string;
}

/** CloudWatch Logs did not take every record. */
class GrantLogError extends Error {
  override readonly name = 'GrantLogError';
  readonly code = 'ERR_GRANT_LOG';
}

class CloudWatchGrantLog implements GrantLog {
  readonly #input: CloudWatchGrantLogInput;
  #stream: Promise<void> | undefined;

  constructor(input: CloudWatchGrantLogInput) {
    this.#input = input;
  }

  async write(records: readonly IssuedGrantRecord[], now: EpochSeconds): Promise<void> {
    try {
      await (this.#stream ??= this.#createStream());
      await this.#put(records, now);
    } catch (cause) {
      // The stream may have been deleted: the next write makes it again.
      this.#stream = undefined;
      throw cause instanceof GrantLogError
        ? cause
        : new GrantLogError('the issuance records could not be written', { cause });
    }
  }

  async #createStream(): Promise<void> {
    const { client, logGroupName, logStreamName } = this.#input;
    const command = new CreateLogStreamCommand({ logGroupName, logStreamName });
    try {
      await client.send(command, { abortSignal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
    } catch (error) {
      if (!(error instanceof ResourceAlreadyExistsException)) throw error;
    }
  }

  /** One call for one answer: its records stand together or not at all. */
  async #put(records: readonly IssuedGrantRecord[], now: EpochSeconds): Promise<void> {
    const { client, logGroupName, logStreamName } = this.#input;
    const logEvents = records.map((record) => ({
      timestamp: now * 1000,
      message: JSON.stringify(record),
    }));
    const { rejectedLogEventsInfo } = await client.send(
      new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }),
      { abortSignal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) },
    );
    if (rejectedLogEventsInfo !== undefined) {
      throw new GrantLogError('CloudWatch Logs rejected issuance records');
    }
  }
}

/** Issuance records in a log group of their own, which fails closed: no record, no cookie. */
export function createCloudWatchGrantLog(input: CloudWatchGrantLogInput): GrantLog {
  return new CloudWatchGrantLog(input);
}

const REMEMBERED_MAX = 10_000;

/**
 * Writes each grant down once. A set that is handed out again (same subject, same signature) is the grant
 * that is on record already; the fingerprint tells.
 */
export class OncePerGrantLog implements GrantLog {
  readonly #log: GrantLog;
  readonly #recorded = new Set<string>();

  constructor(log: GrantLog) {
    this.#log = log;
  }

  async write(records: readonly IssuedGrantRecord[], now: EpochSeconds): Promise<void> {
    const missing = records.filter((record) => !this.#recorded.has(grantOf(record)));
    if (missing.length === 0) return;
    await this.#log.write(missing, now);
    if (this.#recorded.size + missing.length > REMEMBERED_MAX) this.#recorded.clear();
    for (const record of missing) this.#recorded.add(grantOf(record));
  }
}

function grantOf({ userHash, actorHash, fingerprint }: IssuedGrantRecord): string {
  return [userHash, actorHash ?? '', fingerprint].join(' ');
}
