import type { components, paths } from '#api/types';
import { type ApiFailure, callApi, toLocalTime } from './api-call';

const SESSION_PATH = '/api/session' satisfies keyof paths;

/** A path that the cookies of this browser open. */
export interface Grant {
  readonly tenant: string;
  /** The cookies open everything below it. */
  readonly path: string;
  /** Time at which they end, RFC 3339, by the clock of the server. */
  readonly expiresAt: string;
}

type SessionAnswer = components['schemas']['Session'];
type SessionEnd = components['schemas']['SessionEnd'];

/** Why there is no session. */
export type SessionFailure = ApiFailure;

/** The session API gave no session. It contains no token. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
  readonly reason: SessionFailure;

  constructor(reason: SessionFailure, options?: ErrorOptions) {
    super(`no session: ${reason}`, options);
    this.reason = reason;
  }
}

/** A session as the API answered. */
export interface IssuedSession {
  readonly grants: readonly Grant[];
  readonly omitted: readonly string[];
  /** Milliseconds since 1970, by the clock of this machine. */
  readonly refreshAt: number;
}

/** How the session API is called. */
export interface SessionApiSettings {
  readonly contentBaseUrl: string;
  readonly getToken: () => string | Promise<string>;
  readonly tenants: readonly string[] | undefined;
  readonly fetch: typeof fetch;
}

async function call(
  { contentBaseUrl, fetch }: SessionApiSettings,
  init: RequestInit,
): Promise<Response> {
  return await callApi({
    url: `${contentBaseUrl}${SESSION_PATH}`,
    init: { ...init, credentials: 'include' },
    fetch,
    toError: (reason, options) => new SessionError(reason, options),
  });
}

/**
 * Asks for signed cookies. The browser stores them; no script can read them.
 *
 * @throws {SessionError}
 */
export async function requestSession(settings: SessionApiSettings): Promise<IssuedSession> {
  const { tenants } = settings;
  const token = await settings.getToken();
  const response = await call(settings, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(tenants && { 'content-type': 'application/json' }),
    },
    ...(tenants && { body: JSON.stringify({ tenants }) }),
  });
  const { grants, omitted = [], refreshAt } = (await response.json()) as SessionAnswer;
  return { grants, omitted, refreshAt: toLocalTime(refreshAt, response) };
}

/** One answer clears a limited number of scopes. This many answers clear all that there can be. */
const CLEAR_CALLS_MAX = 20;

/**
 * Removes the signed cookies of this browser. It needs no token.
 *
 * @throws {SessionError}
 */
export async function clearSession(settings: SessionApiSettings): Promise<void> {
  for (let calls = 0; calls < CLEAR_CALLS_MAX; calls++) {
    const response = await call(settings, { method: 'DELETE' });
    const { remaining = [] } = (await response.json()) as SessionEnd;
    if (remaining.length === 0) return;
  }
  throw new SessionError('unreachable');
}
