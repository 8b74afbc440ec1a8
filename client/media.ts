/// <reference lib="dom" />
import { reasonOf, reasonOfFailure, SELF_RETRYING, type Unavailable } from './media-reasons';
import { removePlaceholder, showPlaceholder } from './placeholder';
import type { Session } from './session';

type Media = HTMLImageElement | HTMLMediaElement;

/** How media are watched. */
export interface WatchMediaOptions {
  /** The part of the page that is watched. @default the whole document */
  readonly root?: Document | Element;
  /**
   * Shows the alternative text and a button "Try again" in place of what could not be loaded.
   * @default true
   */
  readonly placeholder?: boolean;
  /** Text of the button. @default Try again */
  readonly tryAgain?: string;
}

/** Media that are watched. */
export interface MediaWatcher {
  /** Ends watching. */
  stop(): void;
}

const LOADED = ['load', 'loadeddata'] as const;

function isMedia(target: unknown): target is Media {
  return target instanceof HTMLImageElement || target instanceof HTMLMediaElement;
}

/** The element that failed. A video with several sources failed when the last of them did. */
function failedMedia({ target }: Event): Media | undefined {
  if (!(target instanceof HTMLSourceElement)) return isMedia(target) ? target : undefined;
  const { parentElement: parent } = target;
  return isMedia(parent) && parent.querySelector('source:last-of-type') === target
    ? parent
    : undefined;
}

function addressOf(element: Media, { target }: Event): string {
  if (target instanceof HTMLSourceElement) return target.src;
  return element.currentSrc || element.src;
}

/** Loads the same address again. A video goes on where it was. */
function reload(element: Media): void {
  if (element instanceof HTMLImageElement) {
    const { src, srcset } = element;
    element.srcset = srcset;
    element.src = src;
    return;
  }
  const { currentTime, paused } = element;
  element.load();
  element.currentTime = currentTime;
  if (!paused) element.play().catch(() => undefined);
}

class Watcher implements MediaWatcher {
  readonly #session: Session;
  readonly #root: Document | Element;
  readonly #tryAgain: string | undefined;
  /** Addresses that were already tried a second time, and did not load since. */
  readonly #retried = new WeakMap<Media, string>();
  /** Media that were given up for want of a session or a network. They are tried again with it. */
  readonly #waiting = new Set<Media>();
  readonly #endListening: () => void;

  constructor(session: Session, options: WatchMediaOptions) {
    const { root = document, placeholder = true, tryAgain = 'Try again' } = options;
    this.#session = session;
    this.#root = root;
    this.#tryAgain = placeholder ? tryAgain : undefined;
    this.#endListening = session.on('change', ({ status }) => {
      if (status === 'open') this.#retryWaiting();
    });
    root.addEventListener('error', this.#onError, true);
    for (const name of LOADED) root.addEventListener(name, this.#onLoad, true);
  }

  stop(): void {
    this.#endListening();
    this.#root.removeEventListener('error', this.#onError, true);
    for (const name of LOADED) this.#root.removeEventListener(name, this.#onLoad, true);
  }

  readonly #onError = (event: Event): void => {
    const element = failedMedia(event);
    if (element === undefined || element.hasAttribute(SELF_RETRYING)) return;
    const url = addressOf(element, event);
    if (!url.startsWith(`${this.#session.contentBaseUrl}/`)) return;
    void this.#retryOnce(element, url);
  };

  readonly #onLoad = ({ target }: Event): void => {
    if (!isMedia(target)) return;
    this.#retried.delete(target);
    this.#waiting.delete(target);
    removePlaceholder(target);
  };

  async #retryOnce(element: Media, url: string): Promise<void> {
    if (this.#retried.get(element) === url) {
      this.#giveUp(element, url, await reasonOf(url));
      return;
    }
    this.#retried.set(element, url);
    try {
      await this.#session.renew();
    } catch (error) {
      this.#giveUp(element, url, reasonOfFailure(error));
      return;
    }
    reload(element);
  }

  #retryWaiting(): void {
    const waiting = [...this.#waiting].filter(({ isConnected }) => isConnected);
    this.#waiting.clear();
    for (const element of waiting) {
      this.#retried.delete(element);
      removePlaceholder(element);
      reload(element);
    }
  }

  #giveUp(element: Media, url: string, reason: Unavailable): void {
    if (reason !== 'refused') this.#waiting.add(element);
    this.#session.emit('media-unavailable', { element, url, reason });
    if (this.#tryAgain === undefined) return;
    showPlaceholder(element, this.#tryAgain, () => {
      this.#retried.delete(element);
      reload(element);
    });
  }
}

/**
 * Retries images, videos and audio of the content host once, with renewed cookies, when they fail
 * to load. What fails again makes one event `media-unavailable` of the session and is left alone
 * until its address changes or a person presses "Try again".
 */
export function watchMedia(session: Session, options: WatchMediaOptions = {}): MediaWatcher {
  return new Watcher(session, options);
}
