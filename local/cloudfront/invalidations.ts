import {
  type CloudFrontClient,
  GetInvalidationCommand,
  ListInvalidationsCommand,
} from '@aws-sdk/client-cloudfront';

const POLL_MILLISECONDS = 1_000;

export interface InvalidationSettings {
  readonly client: Pick<CloudFrontClient, 'send'>;
  readonly distributionId: () => string;
  /** Removes these paths from the cache of the edge. */
  readonly invalidate: (paths: readonly string[]) => void;
  /** Called when the invalidations cannot be read. They are then read again. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Follows the invalidations of a distribution, so that the local edge forgets what CloudFront would
 * forget. Invalidations from before the start concern nothing: the cache was empty.
 */
export class InvalidationFollower {
  readonly #settings: InvalidationSettings;
  readonly #known = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  private constructor(settings: InvalidationSettings) {
    this.#settings = settings;
  }

  /** Starts to follow. */
  static async start(settings: InvalidationSettings): Promise<InvalidationFollower> {
    const follower = new InvalidationFollower(settings);
    for (const id of await follower.#listNew()) follower.#known.add(id);
    follower.#schedule();
    return follower;
  }

  /** Applies every invalidation that was made since the last time. */
  async follow(): Promise<void> {
    for (const id of await this.#listNew()) {
      const { client, distributionId, invalidate } = this.#settings;
      const { Invalidation } = await client.send(
        new GetInvalidationCommand({ DistributionId: distributionId(), Id: id }),
      );
      invalidate(Invalidation?.InvalidationBatch?.Paths?.Items ?? []);
      this.#known.add(id);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #listNew(): Promise<string[]> {
    const { client, distributionId } = this.#settings;
    const { InvalidationList } = await client.send(
      new ListInvalidationsCommand({ DistributionId: distributionId() }),
    );
    const ids = (InvalidationList?.Items ?? []).flatMap(({ Id }) => Id ?? []);
    return ids.filter((id) => !this.#known.has(id)).reverse();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      void this.follow()
        .catch(this.#settings.onFailure)
        .finally(() => {
          if (this.#timer !== undefined) this.#schedule();
        });
    }, POLL_MILLISECONDS);
    this.#timer.unref();
  }
}
