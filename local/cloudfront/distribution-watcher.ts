import type { Distribution } from './distribution';
import type { DistributionReader } from './distribution-reader';

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

/** Follows a deployed distribution: the edge picks up a changed deployment by itself, as CloudFront does. */
export class DistributionWatcher {
  readonly #settings: WatcherSettings;
  #current: Distribution;
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

  /** The distribution as this edge location knows it. */
  get current(): Distribution {
    this.#adoptWaiting();
    return this.#current;
  }

  /** Reads now instead of at the next turn. */
  async refresh(): Promise<void> {
    const { reader, distributionId, nowMilliseconds } = this.#settings;
    const read = await reader.read(distributionId);
    const changedKeys = trustedKeyIds(read) !== trustedKeyIds(this.#current);
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
