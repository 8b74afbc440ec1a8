import {
  type CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { EpochSeconds } from '#core/clock';
import type { IssuedGrantRecord } from '#core/contract/issued-grant';
import { Refused } from './refused';

const TIMEOUT_MILLISECONDS = 2_000;

/** The log of issued grants. A grant is recorded here before it is sent to the browser. */
export interface GrantLog {
  /** Writes all records of one answer. Throws if one of them cannot be written. */
  write(records: readonly IssuedGrantRecord[], now: EpochSeconds): Promise<void>;
}

export interface CloudWatchGrantLogInput {
  /** The client; only `send` is used. Set its `maxAttempts` to 2. */
  readonly client: Pick<CloudWatchLogsClient, 'send'>;
  readonly logGroupName: string;
  /** Name of the log stream. No other container may use the same name. */
  readonly logStreamName: string;
}

/** CloudWatch Logs did not accept all records. */
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
      // The log stream may have been deleted, so the next write creates it again.
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

  /** Writes the records of one answer in a single call, so that all of them are stored or none. */
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

/**
 * Creates a log of issued grants in its own CloudWatch log group. If a record cannot be written, no
 * cookie is sent.
 */
export function createCloudWatchGrantLog(input: CloudWatchGrantLogInput): GrantLog {
  return new CloudWatchGrantLog(input);
}

const REMEMBERED_MAX = 10_000;

/**
 * Writes each grant only once. When a cookie set is given out again (same person, same signature),
 * its grant is already recorded. The fingerprint identifies the grant.
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

/**
 * Writes the records of one answer before it is sent.
 *
 * @throws {Refused} `grant-log-failed`
 */
export async function recordGrants(
  records: readonly IssuedGrantRecord[],
  grantLog: GrantLog,
  now: EpochSeconds,
): Promise<void> {
  try {
    await grantLog.write(records, now);
  } catch (error) {
    throw new Refused('grant-log-failed', {}, error);
  }
}
