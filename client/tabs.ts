/// <reference lib="dom" />

/** What tabs of one page tell each other. No token, no cookie. */
export interface Tabs<News> {
  /** Tells every other tab. Does nothing after `close`. */
  tell(news: News): void;
  /**
   * Runs a task unless another tab runs one now, or has just finished one. Returns undefined if it
   * did not run.
   */
  alone<Result>(task: () => Promise<Result>): Promise<Result | undefined>;
  close(): void;
}

/**
 * Time in milliseconds for which a tab keeps the others from the same task after it is done. The
 * news reach them in this time.
 */
const NEWS_MILLISECONDS = 1_000;

/** Returns whether this runs in a page. A server that renders a page has no document. */
export const isPage = (): boolean => 'document' in globalThis;

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/**
 * Joins the tabs that use the same name. A browser without Web Locks or BroadcastChannel has tabs
 * that do not know each other; then each does its own work.
 *
 * @param onNews is called with what another tab tells
 * @see https://w3c.github.io/web-locks/
 */
export function joinTabs<News>(name: string, onNews: (news: News) => void): Tabs<News> {
  // A server that renders a page has no other tabs, and an open channel would keep it running.
  const channel =
    isPage() && 'BroadcastChannel' in globalThis ? new BroadcastChannel(name) : undefined;
  const { locks } = (globalThis as { readonly navigator?: Partial<Navigator> }).navigator ?? {};
  let isJoined = true;
  channel?.addEventListener('message', ({ data }: MessageEvent<News>) => {
    onNews(data);
  });
  return {
    tell: (news) => {
      if (isJoined) channel?.postMessage(news);
    },
    close: () => {
      isJoined = false;
      channel?.close();
    },
    alone: async (task) => {
      if (locks === undefined || channel === undefined) return await task();
      return await new Promise((resolve, reject) => {
        const work = async (lock: Lock | null): Promise<void> => {
          if (lock === null) {
            resolve(undefined);
            return;
          }
          // After a failure there is no news, and the next try must not wait.
          await task().then((result) => {
            resolve(result);
            return pause(NEWS_MILLISECONDS);
          }, reject);
        };
        locks.request(name, { ifAvailable: true }, work).catch(reject);
      });
    },
  };
}
