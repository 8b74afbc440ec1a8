import type { Distribution } from './distribution';
import { type DistributionReader, UnsupportedDistributionError } from './distribution-reader';

const POLL_MILLISECONDS = 3_000;

export interface WatcherSettings {
  readonly reader: Pick<DistributionReader, 'read'>;
  readonly distributionId: string;
  readonly keyGroupDelaySeconds: number;
  readonly nowMilliseconds: () => number;
  /** Called when a read fails; the edge goes on with what it knows. */
  readonly onFailure: (error: unknown) => void;
}

/** Which keys each behavior trusts, as one text that is equal exactly when they are. */
function trustedKeyIds(distribution: Distribution): string {
  return JSON.stringify(
    distribution.behaviors.map(({ trustedKeys }) => trustedKeys && [...trustedKeys.keys()]),
  );
}

/** A changed distribution may be refused outright; what was known before would allow what it refuses. */
function leavesNothingToEnforce(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return error instanceof UnsupportedDistributionError || error.name === 'NoSuchDistribution';
}

/** Follows a deployed distribution: the edge picks up a changed deployment by itself, as CloudFront does. */
export class DistributionWatcher {
  readonly #settings: WatcherSettings;
  #current: Distribution | Error;
  #waiting: { readonly distribution: Distribution; readonly sinceMilliseconds: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(settings: WatcherSettings, first: Distribution) {
    this.#settings = settings;
    this.#current = first;
  }

  /** Reads the distribution once and then follows it. @throws Error when it cannot be read at all. */
  static async start(settings: WatcherSettings): Promise<DistributionWatcher> {
    const watcher = new DistributionWatcher(
      settings,
      await settings.reader.read(settings.distributionId),
    );
    watcher.#schedule();
    return watcher;
  }

  /**
   * The distribution as this edge location knows it.
   *
   * @throws Error when what is deployed now is nothing that this edge can enforce, or is gone.
   */
  get current(): Distribution {
    this.#adoptWaiting();
    if (this.#current instanceof Error) throw this.#current;
    return this.#current;
  }

  /** Reads now instead of at the next turn. A failed read changes nothing unless there is nothing to enforce. */
  async refresh(): Promise<void> {
    try {
      this.#adopt(await this.#settings.reader.read(this.#settings.distributionId));
    } catch (error) {
      if (leavesNothingToEnforce(error)) {
        this.#current = error;
        this.#waiting = undefined;
      }
      throw error;
    }
  }

  #adopt(read: Distribution): void {
    const { nowMilliseconds } = this.#settings;
    const changedKeys =
      this.#current instanceof Error || trustedKeyIds(read) !== trustedKeyIds(this.#current);
    if (!changedKeys || this.#settings.keyGroupDelaySeconds === 0) {
      this.#current = read;
      this.#waiting = undefined;
    } else {
      this.#waiting = {
        distribution: read,
        sinceMilliseconds: this.#waiting?.sinceMilliseconds ?? nowMilliseconds(),
      };
      this.#adoptWaiting();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #adoptWaiting(): void {
    if (this.#waiting === undefined) return;
    const waitedMilliseconds = this.#settings.nowMilliseconds() - this.#waiting.sinceMilliseconds;
    if (waitedMilliseconds < this.#settings.keyGroupDelaySeconds * 1_000) return;
    this.#current = this.#waiting.distribution;
    this.#waiting = undefined;
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      void this.refresh()
        .catch(this.#settings.onFailure)
        .finally(() => {
          if (this.#timer !== undefined) this.#schedule();
        });
    }, POLL_MILLISECONDS);
    this.#timer.unref();
  }
}
