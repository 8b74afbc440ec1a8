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
 * Returns the time when a page should request new cookies. It is between 60 and 70 seconds before
 * expiry; the exact time is random, so that pages that were opened together do not all return at
 * once. If less than three minutes remain, it is after two thirds of the remaining time.
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

/** Builds the body of `POST /api/session`. */
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

/** Builds the body of `GET /api/session` from the list that the browser sent. */
export function buildSessionList(listed: readonly ListedScope[]): SessionList {
  return {
    grants: listed.map(({ scope, expiresAt }) => ({
      tenant: scope.tenant,
      path: scope.path,
      expiresAt: toRfc3339(expiresAt),
    })),
  };
}

/**
 * Builds the body of `DELETE /api/session`. If `remaining` is present, the caller should call
 * again.
 */
export function buildSessionEnd(
  listed: readonly ListedScope[],
  cleared: readonly ListedScope[],
): SessionEnd {
  const pathsOf = (scopes: readonly ListedScope[]): string[] =>
    scopes.map(({ scope }) => scope.path);
  const remaining = pathsOf(listed.slice(cleared.length));
  return { cleared: pathsOf(cleared), ...(remaining.length > 0 && { remaining }) };
}
