import { addSeconds, type EpochSeconds, epochSeconds } from '#core/clock';
import { GRANT_LIFETIME_SECONDS_MAX } from '#core/contract/grant-limits';
import { SAME_SITE_ATTRIBUTES, type SameSite } from '#core/contract/same-site';
import { SCOPES_COOKIE_NAME, SESSION_PATH } from '#core/contract/session-api';
import { InputError } from '#core/errors';
import { parsePathScope, type PathScope } from '#core/tenancy/path-scope';

/**
 * Maximum length of the cookie's value. A browser allows 4,096 bytes for name and value; half of
 * this leaves room in an answer of 7 KB.
 */
const VALUE_CHARACTERS_MAX = 2_000;
const ENTRIES_MAX = 32;
const ENTRY = /^(\/[A-Za-z0-9_/-]{1,100}\/):([1-9]\d{8,11})$/;

/** A scope and the time until which its cookies are valid. */
export interface ListedScope {
  readonly scope: PathScope;
  readonly expiresAt: EpochSeconds;
}

function parseEntry(entry: string, now: EpochSeconds): ListedScope | undefined {
  const [, path, expiry] = ENTRY.exec(entry) ?? [];
  if (path === undefined || expiry === undefined) return undefined;
  const expiresAt = Number(expiry);
  // A grant never has a longer lifetime, so a later expiry cannot come from this function.
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
 * Reads the list of scopes that the browser sends. Anybody can write such a cookie, so the input is
 * not trusted: an entry must be a scope that this function could have granted and must not be
 * expired. Other entries are ignored. If there is a second cookie of the same name (C-30), its
 * entries are added, because clearing too many scopes does no harm.
 */
export function readScopesCookie(cookieHeader: string, now: EpochSeconds): readonly ListedScope[] {
  const entries = valuesOf(cookieHeader).flatMap((value) => value.split('.'));
  const listed = entries
    .map((entry) => parseEntry(entry, now))
    .filter((entry): entry is ListedScope => entry !== undefined);
  return [...new Map(listed.map((one) => [one.scope.path, one])).values()].slice(0, ENTRIES_MAX);
}

/** Encodes as many entries as fit into the cookie, in the given order. */
function encodeEntries(listed: readonly ListedScope[]): string {
  let value = '';
  for (const { scope, expiresAt } of listed.slice(0, ENTRIES_MAX)) {
    const longer = `${value}${value === '' ? '' : '.'}${scope.path}:${expiresAt}`;
    if (longer.length > VALUE_CHARACTERS_MAX) break;
    value = longer;
  }
  return value;
}

/**
 * Returns the `Set-Cookie` value that stores the list of scopes, or removes the list if there are
 * none.
 */
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
