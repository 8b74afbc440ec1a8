import type { Distribution } from './distribution';
import { UnsupportedDistributionError } from './distribution-reader';

const POLL_MILLISECONDS = 3_000;

export interface WatcherSettings {
  /** Reads what is deployed now. */
  readonly read: () => Promise<Distribution>;
  readonly keyGroupDelaySeconds: number;
  readonly nowMilliseconds: () => number;
  /** Called when reading fails. The edge then continues with the last known distribution. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Returns the ids of the keys that each behavior trusts as one text, so that two lists can be
 * compared.
 */
function trustedKeyIds(distribution: Distribution): string {
  return JSON.stringify(
    distribution.behaviors.map(({ trustedKeys }) => trustedKeys && [...trustedKeys.keys()]),
  );
}

/**
 * Returns whether the error means that nothing can be enforced. Then the edge must not continue
 * with the old distribution, because that could allow what the new one refuses.
 */
function leavesNothingToEnforce(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return error instanceof UnsupportedDistributionError || error.name === 'NoSuchDistribution';
}

/**
 * Follows a deployed distribution, so that the edge uses a changed deployment without a restart.
 */
export class DistributionWatcher {
  readonly #settings: WatcherSettings;
  #current: Distribution | Error;
  #waiting: { readonly distribution: Distribution; readonly sinceMilliseconds: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(settings: WatcherSettings, first: Distribution) {
    this.#settings = settings;
    this.#current = first;
  }

  /**
   * Reads the distribution once and then follows it. @throws Error when it cannot be read at all
   */
  static async start(settings: WatcherSettings): Promise<DistributionWatcher> {
    const watcher = new DistributionWatcher(settings, await settings.read());
    watcher.#schedule();
    return watcher;
  }

  /**
   * The distribution as this edge location knows it.
   *
   * @throws Error when the deployed distribution was deleted or has features that this edge cannot
   * enforce
   */
  get current(): Distribution {
    this.#adoptWaiting();
    if (this.#current instanceof Error) throw this.#current;
    return this.#current;
  }

  /**
   * Reads the distribution now. A failed read changes nothing, unless it shows that nothing can be
   * enforced.
   */
  async refresh(): Promise<void> {
    try {
      this.#adopt(await this.#settings.read());
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
