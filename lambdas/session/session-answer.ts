import type { components } from '#api/types';
import { addSeconds, type EpochSeconds, toRfc3339 } from '#core/clock';
import type { IssuedGrants } from './issue-grants';
import type { ListedScope } from './scopes-cookie';

type Session = components['schemas']['Session'];
type SessionList = components['schemas']['SessionList'];
type SessionEnd = components['schemas']['SessionEnd'];

const REFRESH_MARGIN_SECONDS = 60;
const REFRESH_JITTER_SECONDS = 10;
const SHORT_LIFE_SECONDS = 180;

/**
 * When a page should ask again: a minute before expiry, spread over ten seconds so that pages opened
 * together do not come back together; after two thirds of what is left for grants under three minutes.
 */
function refreshTimeOf(
  expiresAt: EpochSeconds,
  now: EpochSeconds,
  random: () => number,
): EpochSeconds {
  const remaining = expiresAt - now;
  if (remaining < SHORT_LIFE_SECONDS) return addSeconds(now, Math.floor((remaining * 2) / 3));
  const jitter = Math.floor(random() * (REFRESH_JITTER_SECONDS + 1));
  return addSeconds(expiresAt, -REFRESH_MARGIN_SECONDS - jitter);
}

/** The body of `POST /api/session`. */
export function buildSession(
  { granted, omitted }: IssuedGrants,
  now: EpochSeconds,
  random: () => number,
): Session {
  const sets = granted.flatMap((one) => one.sets);
  const earliest = sets.map(({ expiresAt }) => expiresAt).reduce((a, b) => (a < b ? a : b));
  return {
    grants: sets.map(({ scope, expiresAt }) => ({
      tenant: scope.tenant,
      path: scope.path,
      expiresAt: toRfc3339(expiresAt),
    })),
    refreshAt: toRfc3339(refreshTimeOf(earliest, now, random)),
    ...(omitted.length > 0 && { omitted: [...omitted] }),
  };
}

/** The body of `GET /api/session`: what the browser's own list says. */
export function buildSessionList(listed: readonly ListedScope[]): SessionList {
  return {
    grants: listed.map(({ scope, expiresAt }) => ({
      tenant: scope.tenant,
      path: scope.path,
      expiresAt: toRfc3339(expiresAt),
    })),
  };
}

/** The body of `DELETE /api/session`; `remaining` asks for another call. */
export function buildSessionEnd(
  listed: readonly ListedScope[],
  cleared: readonly ListedScope[],
): SessionEnd {
  const pathsOf = (scopes: readonly ListedScope[]): string[] =>
    scopes.map(({ scope }) => scope.path);
  const remaining = pathsOf(listed.slice(cleared.length));
  return { cleared: pathsOf(cleared), ...(remaining.length > 0 && { remaining }) };
}
