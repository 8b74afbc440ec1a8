import { addSeconds, type EpochSeconds, epochSeconds } from '#core/clock';
import { GRANT_LIFETIME_SECONDS_MAX } from '#core/contract/grant-limits';
import { SAME_SITE_ATTRIBUTES, type SameSite } from '#core/contract/same-site';
import { SCOPES_COOKIE_NAME, SESSION_PATH } from '#core/contract/session-api';
import { InputError } from '#core/errors';
import { parsePathScope, type PathScope } from '#core/tenancy/path-scope';

/** A browser keeps 4,096 bytes for name and value; half of it leaves room in an answer of 7 KB. */
const VALUE_CHARACTERS_MAX = 2_000;
const ENTRIES_MAX = 32;
const ENTRY = /^(\/[A-Za-z0-9_/-]{1,100}\/):([1-9]\d{8,11})$/;

/** A scope and until when its cookies live. */
export interface ListedScope {
  readonly scope: PathScope;
  readonly expiresAt: EpochSeconds;
}

function parseEntry(entry: string, now: EpochSeconds): ListedScope | undefined {
  const [, path, expiry] = ENTRY.exec(entry) ?? [];
  if (path === undefined || expiry === undefined) return undefined;
  const expiresAt = Number(expiry);
  // Nothing we sign lives longer, so a later time was not written by us.
  if (expiresAt <= now || expiresAt > addSeconds(now, GRANT_LIFETIME_SECONDS_MAX.cookies)) {
    return undefined;
  }
  try {
    return { scope: parsePathScope(path), expiresAt: epochSeconds(expiresAt) };
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function valuesOf(cookieHeader: string): string[] {
  return cookieHeader
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${SCOPES_COOKIE_NAME}=`))
    .map((pair) => pair.slice(SCOPES_COOKIE_NAME.length + 1))
    .filter((value) => value.length <= VALUE_CHARACTERS_MAX);
}

/**
 * Reads what the browser says it holds. Hostile input: anybody can write such a cookie, so each entry
 * must be a scope that we could have granted, and unexpired; everything else is ignored. A second
 * cookie of the same name (C-30) adds to the first: clearing more than needed does no harm.
 */
export function readScopesCookie(cookieHeader: string, now: EpochSeconds): readonly ListedScope[] {
  const entries = valuesOf(cookieHeader).flatMap((value) => value.split('.'));
  const listed = entries
    .map((entry) => parseEntry(entry, now))
    .filter((entry): entry is ListedScope => entry !== undefined);
  return [...new Map(listed.map((one) => [one.scope.path, one])).values()].slice(0, ENTRIES_MAX);
}

/** As many entries as the cookie holds, in the order given. */
function encodeEntries(listed: readonly ListedScope[]): string {
  let value = '';
  for (const { scope, expiresAt } of listed.slice(0, ENTRIES_MAX)) {
    const longer = `${value}${value === '' ? '' : '.'}${scope.path}:${expiresAt}`;
    if (longer.length > VALUE_CHARACTERS_MAX) break;
    value = longer;
  }
  return value;
}

/** The value of the `Set-Cookie` header that lists these scopes, or removes the list when there are none. */
export function buildScopesCookie(
  listed: readonly ListedScope[],
  { sameSite, now }: { readonly sameSite: SameSite; readonly now: EpochSeconds },
): string {
  const latest = Math.max(now, ...listed.map(({ expiresAt }) => expiresAt));
  return [
    `${SCOPES_COOKIE_NAME}=${encodeEntries(listed)}`,
    `Path=${SESSION_PATH}`,
    `Max-Age=${latest - now}`,
    'Secure',
    'HttpOnly',
    SAME_SITE_ATTRIBUTES[sameSite],
  ].join('; ');
}
