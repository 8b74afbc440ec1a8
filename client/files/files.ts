/// <reference lib="dom" />
import { Listeners } from '../listeners';
import { reasonOfFailure, type Unavailable } from '../media-reasons';
import type { Session } from '../session';
import { isPage } from '../tabs';
import { SignedUrlBatches } from './batches';
import type { SignedUrl } from './signed-url-api';

/** What a page can know about one file. */
export interface FileState {
  /** Undefined until the API gave one. It stays when a renewal fails, also after its end. */
  readonly url: SignedUrl | undefined;
  /** Why there is none. Undefined while it is asked for the first time, and when there is one. */
  readonly unavailable: Unavailable | undefined;
}

/** Events of files, by name, with what a listener gets. */
export interface FilesEvents {
  readonly 'media-unavailable': {
    readonly fileId: string;
    readonly reason: Unavailable;
    /** What shows the file. Undefined if the API already gave no signed URL. */
    readonly element: Element | undefined;
  };
}

/** What `createFiles` is made from. */
export interface FilesOptions {
  /** Scheme and host of content and API, e.g. `https://media.example.com`. */
  readonly contentBaseUrl: string;
  /** Returns a valid access token of the identity provider. It is called before each request. */
  readonly getToken: () => string | Promise<string>;
  /**
   * When it is open again, for example after a login, files that were given up for want of a login
   * or a network are asked for again.
   * @default none
   */
  readonly session?: Pick<Session, 'on'>;
  /** @default the browser's own */
  readonly fetch?: typeof fetch;
}

interface Entry {
  readonly fileId: string;
  readonly listeners: Set<() => void>;
  state: FileState;
  /** The request that is under way. */
  asked: Promise<SignedUrl> | undefined;
  /** Time in milliseconds at which a displayed file is asked for again. */
  dueAt: number;
  /** Requests without an answer since the last answer. */
  failures: number;
}

const LOADING: FileState = { url: undefined, unavailable: undefined };
const RETRY_MILLISECONDS = { first: 1_000, max: 60_000 } as const;
const TIMER_MILLISECONDS_MAX = 2 ** 31 - 1;
const WAKING_EVENTS = ['pageshow', 'focus'] as const;

function isFresh({ url }: FileState): boolean {
  return url !== undefined && url.refreshAt.getTime() > Date.now();
}

/**
 * Signed URLs of files by their ids. What is asked for in one tick is one request. A signed URL is
 * used again until its `refreshAt`; displayed ones are renewed then, and when the machine wakes up,
 * the page is shown again or the network is back. A hidden page renews nothing.
 */
export class Files {
  readonly contentBaseUrl: string;
  readonly #batches: SignedUrlBatches;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Listeners<FilesEvents>();
  readonly #leaveSession: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor({ contentBaseUrl, getToken, session, fetch }: FilesOptions) {
    this.contentBaseUrl = new URL(contentBaseUrl).origin;
    this.#batches = new SignedUrlBatches({
      contentBaseUrl: this.contentBaseUrl,
      getToken,
      fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    });
    this.#leaveSession = session?.on('change', ({ status }) => {
      if (status === 'open') this.#renew(({ state }) => isWaiting(state));
    });
  }

  /**
   * Returns a signed URL: the known one until its `refreshAt`, then another.
   *
   * @throws {FileError}
   */
  async url(fileId: string): Promise<SignedUrl> {
    const { state } = this.#entryOf(fileId);
    return state.url !== undefined && isFresh(state) ? state.url : await this.renew(fileId);
  }

  /**
   * Asks for another signed URL, also if the known one is fresh.
   *
   * @throws {FileError}
   */
  async renew(fileId: string): Promise<SignedUrl> {
    const entry = this.#entryOf(fileId);
    entry.asked ??= this.#ask(entry);
    return await entry.asked;
  }

  /** What is known of a file now. The same object until it changes. */
  state(fileId: string): FileState {
    const entry = this.#entries.get(fileId);
    // An old address would be requested in vain.
    const isCurrent = entry !== undefined && (entry.listeners.size > 0 || isFresh(entry.state));
    return isCurrent ? entry.state : LOADING;
  }

  /** Keeps the signed URL of a file fresh and calls a listener at changes, until the end. */
  display(fileId: string, listener: () => void): () => void {
    if (this.#isStopped) return () => undefined;
    const entry = this.#entryOf(fileId);
    const isFirst = entry.listeners.size === 0;
    entry.listeners.add(listener);
    if (isFirst && !isFresh(entry.state)) {
      entry.state = LOADING;
      this.#renewQuietly(entry);
    }
    this.#listen('addEventListener');
    this.#schedule();
    return () => {
      entry.listeners.delete(listener);
      this.#schedule();
    };
  }

  /** Calls a listener at every event of a name. Returns what ends that. */
  on<Name extends keyof FilesEvents>(
    name: Name,
    listener: (detail: FilesEvents[Name]) => void,
  ): () => void {
    return this.#listeners.on(name, listener);
  }

  /** Makes an event. An error of a listener is reported as uncaught and stops nothing. */
  emit<Name extends keyof FilesEvents>(name: Name, detail: FilesEvents[Name]): void {
    this.#listeners.emit(name, detail);
  }

  /** Forgets every signed URL and ends every request: no timer and no listener is left. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#listen('removeEventListener');
    this.#leaveSession?.();
    for (const { listeners } of this.#entries.values()) listeners.clear();
    this.#entries.clear();
    this.#listeners.clear();
    this.#batches.stop();
  }

  #entryOf(fileId: string): Entry {
    const known = this.#entries.get(fileId);
    if (known !== undefined) return known;
    const entry: Entry = {
      fileId,
      listeners: new Set(),
      state: LOADING,
      asked: undefined,
      dueAt: Infinity,
      failures: 0,
    };
    if (!this.#isStopped) this.#entries.set(fileId, entry);
    return entry;
  }

  async #ask(entry: Entry): Promise<SignedUrl> {
    try {
      const url = await this.#batches.ask(entry.fileId);
      entry.failures = 0;
      entry.dueAt = url.refreshAt.getTime();
      this.#change(entry, { url, unavailable: undefined });
      return url;
    } catch (error) {
      if (!this.#isStopped) this.#fail(entry, reasonOfFailure(error));
      throw error;
    } finally {
      entry.asked = undefined;
      this.#schedule();
    }
  }

  /** A refusal takes the address away. After any other failure what is displayed stays. */
  #fail(entry: Entry, reason: Unavailable): void {
    const { first, max } = RETRY_MILLISECONDS;
    const isLater = reason === 'network';
    entry.dueAt = isLater ? Date.now() + Math.min(first * 2 ** entry.failures++, max) : Infinity;
    if (reason !== 'refused' && entry.state.url !== undefined) return;
    if (entry.state.unavailable === reason) return;
    this.#change(entry, { url: undefined, unavailable: reason });
    this.emit('media-unavailable', { fileId: entry.fileId, reason, element: undefined });
  }

  #change(entry: Entry, state: FileState): void {
    entry.state = state;
    for (const listener of [...entry.listeners]) listener();
  }

  /** The listeners learn of a failure from the state. */
  #renewQuietly({ fileId }: Entry): void {
    this.renew(fileId).catch(() => undefined);
  }

  #displayed(): Entry[] {
    return [...this.#entries.values()].filter(({ listeners }) => listeners.size > 0);
  }

  #renew(isChosen: (entry: Entry) => boolean): void {
    for (const entry of this.#displayed().filter(isChosen)) this.#renewQuietly(entry);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#forgetOld();
    const due = Math.min(...this.#displayed().map(({ dueAt }) => dueAt));
    if (due === Infinity) return;
    const wait = Math.min(Math.max(due - Date.now(), 0), TIMER_MILLISECONDS_MAX);
    this.#timer = setTimeout(this.#wake, wait);
  }

  #forgetOld(): void {
    for (const [fileId, { listeners, state, asked }] of this.#entries) {
      if (listeners.size === 0 && asked === undefined && !isFresh(state))
        this.#entries.delete(fileId);
    }
  }

  /** What is due is taken out of the schedule: the answer puts it there again. */
  readonly #wake = (): void => {
    if (isPage() && document.visibilityState === 'hidden') return;
    const due = this.#displayed().filter(({ dueAt }) => dueAt <= Date.now());
    for (const entry of due) entry.dueAt = Infinity;
    this.#renew((entry) => due.includes(entry));
    this.#schedule();
  };

  readonly #goOnline = (): void => {
    for (const entry of this.#displayed()) if (entry.failures > 0) entry.dueAt = 0;
    this.#wake();
  };

  #listen(change: 'addEventListener' | 'removeEventListener'): void {
    if (!isPage()) return;
    for (const name of WAKING_EVENTS) globalThis[change](name, this.#wake);
    globalThis[change]('online', this.#goOnline);
    document[change]('visibilitychange', this.#wake);
  }
}

function isWaiting({ unavailable }: FileState): boolean {
  return unavailable === 'expired' || unavailable === 'network';
}

/**
 * Creates the files of a page. Nothing is requested before one is asked for.
 *
 * @example
 * const files = createFiles({
 *   contentBaseUrl: 'https://media.example.com',
 *   getToken: () => identityProvider.getAccessToken(),
 * });
 * showFile(files, { element: document.querySelector('#cover'), fileId: 'f_7d1c' });
 */
export function createFiles(options: FilesOptions): Files {
  return new Files(options);
}
