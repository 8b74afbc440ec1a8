/// <reference lib="dom" />
import { Listeners } from './listeners';
import {
  clearSession,
  type Grant,
  type IssuedSession,
  requestSession,
  type SessionApiSettings,
  SessionError,
  type SessionFailure,
} from './session-api';
import { isPage, joinTabs, type Tabs } from './tabs';

/**
 * `idle`: nobody asked for a session yet. `open`: the cookies are there and are renewed.
 * `unreachable`: as `open`, but the last renewal failed and is tried again. `refused`: the API
 * wants another login; call `open()` after it. `closed`: logged out here or in another tab.
 */
export type SessionStatus = 'idle' | 'open' | 'unreachable' | 'refused' | 'closed';

/** What a page can know about its session. It never sees a cookie. */
export interface SessionState {
  readonly status: SessionStatus;
  /** Paths that the cookies open, each with the time at which it ends. */
  readonly grants: readonly Grant[];
  /** Tenants that did not fit into one answer. Name them in `tenants`. */
  readonly omitted: readonly string[];
  /** Time of the next renewal. Undefined if there is none. */
  readonly refreshAt: Date | undefined;
  /** Why the last request failed. Undefined if it did not. */
  readonly failure: SessionFailure | undefined;
}

/** Events of a session, by name, with what a listener gets. */
export interface SessionEvents {
  readonly change: SessionState;
  readonly 'media-unavailable': {
    readonly element: Element;
    readonly url: string;
    readonly reason: 'expired' | 'refused' | 'network';
  };
}

/** What `createSession` is made from. */
export interface SessionOptions {
  /** Scheme and host from which content is loaded, e.g. `https://media.example.com`. */
  readonly contentBaseUrl: string;
  /** Returns a valid access token of the identity provider. It is called before each request. */
  readonly getToken: () => string | Promise<string>;
  /** The tenants to open. @default every tenant of the token */
  readonly tenants?: readonly string[];
  /** @default the browser's own */
  readonly fetch?: typeof fetch;
}

type Listener<Name extends keyof SessionEvents> = (detail: SessionEvents[Name]) => void;
type News = IssuedSession | 'closed';

const RETRY_MILLISECONDS = { first: 1_000, max: 60_000 } as const;
/** A renewal that is so new is not repeated. Requests from before it may still fail. */
const FRESH_MILLISECONDS = 3_000;
const OTHER_TAB_MILLISECONDS = 10_000;
const WAKING_EVENTS = ['online', 'pageshow', 'focus'] as const;

const NO_SESSION: SessionState = {
  status: 'idle',
  grants: [],
  omitted: [],
  refreshAt: undefined,
  failure: undefined,
};

/**
 * The signed cookies of this browser, kept valid. One tab renews for all tabs of the page: at
 * `refreshAt`, and when the machine wakes up, the page is shown again or the network is back.
 */
export class Session {
  readonly contentBaseUrl: string;
  readonly #api: SessionApiSettings;
  readonly #tabs: Tabs<News>;
  readonly #listeners = new Listeners<SessionEvents>();
  readonly #wake = (): void => {
    this.#renewIfDue();
  };
  #state = NO_SESSION;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewing: Promise<SessionState> | undefined;
  #renewedAt = 0;
  #failures = 0;
  /** How often the session was ended. What was asked before that is not adopted. */
  #ended = 0;
  #waiting: (() => void)[] = [];

  constructor(options: SessionOptions) {
    this.contentBaseUrl = new URL(options.contentBaseUrl).origin;
    this.#api = {
      contentBaseUrl: this.contentBaseUrl,
      getToken: options.getToken,
      tenants: options.tenants,
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    };
    this.#tabs = joinTabs(`edgepass ${this.contentBaseUrl}`, (news) => {
      this.#hear(news);
    });
  }

  /** What is known now. A change makes the event `change`. */
  get state(): SessionState {
    return this.#state;
  }

  /**
   * Gets the signed cookies after a login and keeps them valid until `close` or `stop`. An error of
   * `getToken` counts as `unauthenticated` and is thrown as it is.
   *
   * @throws {SessionError}
   */
  async open(): Promise<SessionState> {
    return await this.#share(this.#request());
  }

  /**
   * Renews the cookies now, in one tab for all. Does nothing if they were renewed a moment ago, and
   * waits for an `open()` that is under way.
   *
   * @throws {SessionError} `unauthenticated` when no session is open
   */
  async renew(): Promise<SessionState> {
    if (this.#renewing !== undefined) return await this.#renewing;
    if (!this.#isKept()) throw new SessionError('unauthenticated');
    if (Date.now() - this.#renewedAt < FRESH_MILLISECONDS) return this.#state;
    return await this.#share(this.#renewAlone());
  }

  /**
   * Removes the cookies and ends the session, in every tab.
   *
   * @throws {SessionError} The session is open as before.
   */
  async close(): Promise<void> {
    await clearSession(this.#api);
    this.#tabs.tell('closed');
    this.#hear('closed');
  }

  /** Ends renewals in this tab: no timer and no listener is left. The cookies stay. */
  stop(): void {
    this.#end();
    this.#tabs.close();
    this.#listeners.clear();
  }

  /** Calls a listener at every event of a name. Returns what ends that. */
  on<Name extends keyof SessionEvents>(name: Name, listener: Listener<Name>): () => void {
    return this.#listeners.on(name, listener);
  }

  /** Makes an event. An error of a listener is reported as uncaught and stops nothing. */
  emit<Name extends keyof SessionEvents>(name: Name, detail: SessionEvents[Name]): void {
    this.#listeners.emit(name, detail);
  }

  /** Lets everybody who asks meanwhile wait for the same answer. */
  async #share(work: Promise<SessionState>): Promise<SessionState> {
    this.#renewing = work;
    try {
      return await work;
    } finally {
      if (this.#renewing === work) this.#renewing = undefined;
    }
  }

  async #request(): Promise<SessionState> {
    const ended = this.#ended;
    try {
      const issued = await requestSession(this.#api);
      if (ended !== this.#ended) return await this.#discard();
      this.#tabs.tell(issued);
      return this.#adopt(issued);
    } catch (error) {
      if (ended === this.#ended) this.#fail(error);
      throw error;
    }
  }

  /** The session was ended while the answer was under way. A logout must not leave new cookies. */
  async #discard(): Promise<never> {
    if (this.#state.status === 'closed') await clearSession(this.#api);
    throw new SessionError('unauthenticated');
  }

  async #renewAlone(): Promise<SessionState> {
    return (await this.#tabs.alone(() => this.#request())) ?? (await this.#waitForOtherTab());
  }

  async #waitForOtherTab(): Promise<SessionState> {
    if (Date.now() - this.#renewedAt < FRESH_MILLISECONDS) return this.#state;
    const isHeard = await new Promise<boolean>((resolve) => {
      const tooLong = setTimeout(() => {
        resolve(false);
      }, OTHER_TAB_MILLISECONDS);
      this.#waiting.push(() => {
        clearTimeout(tooLong);
        resolve(true);
      });
    });
    return isHeard ? this.#state : await this.#renewAlone();
  }

  #end(): void {
    this.#ended += 1;
    clearTimeout(this.#timer);
    this.#listenForWaking('removeEventListener');
  }

  #hear(news: News): void {
    if (news !== 'closed') {
      this.#adopt(news);
      return;
    }
    this.#end();
    this.#change({ ...NO_SESSION, status: 'closed' });
  }

  #isKept(): boolean {
    return this.#state.status === 'open' || this.#state.status === 'unreachable';
  }

  #adopt({ grants, omitted, refreshAt }: IssuedSession): SessionState {
    this.#renewedAt = Date.now();
    this.#failures = 0;
    this.#change({
      status: 'open',
      grants,
      omitted,
      refreshAt: new Date(refreshAt),
      failure: undefined,
    });
    this.#schedule(refreshAt - Date.now());
    this.#listenForWaking('addEventListener');
    return this.#state;
  }

  #fail(error: unknown): void {
    const failure = error instanceof SessionError ? error.reason : 'unauthenticated';
    if (failure !== 'unreachable') {
      clearTimeout(this.#timer);
      this.#change({ ...NO_SESSION, status: 'refused', failure });
    } else if (this.#isKept()) {
      const { first, max } = RETRY_MILLISECONDS;
      this.#schedule(Math.min(first * 2 ** this.#failures++, max));
      this.#change({ ...this.#state, status: 'unreachable', failure });
    }
  }

  #change(state: SessionState): void {
    this.#state = state;
    for (const proceed of this.#waiting.splice(0)) proceed();
    this.emit('change', state);
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#wake, Math.max(milliseconds, RETRY_MILLISECONDS.first));
  }

  #renewIfDue(): void {
    const { status, refreshAt } = this.#state;
    const isDue = refreshAt !== undefined && refreshAt.getTime() <= Date.now();
    if ((status === 'open' && isDue) || status === 'unreachable') {
      // The event `change` tells of a failure.
      this.renew().catch(() => undefined);
    }
  }

  #listenForWaking(change: 'addEventListener' | 'removeEventListener'): void {
    if (!isPage()) return;
    for (const name of WAKING_EVENTS) globalThis[change](name, this.#wake);
    document[change]('visibilitychange', this.#wake);
  }
}

/**
 * Creates the session of a page. Nothing is requested before `open()`.
 *
 * @example
 * const session = createSession({
 *   contentBaseUrl: 'https://media.example.com',
 *   getToken: () => identityProvider.getAccessToken(),
 * });
 * watchMedia(session);
 * await session.open();
 */
export function createSession(options: SessionOptions): Session {
  return new Session(options);
}
