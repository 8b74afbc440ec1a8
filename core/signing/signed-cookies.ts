import { COOKIE_NAMES } from '../contract/credential-names';
import { SAME_SITE_ATTRIBUTES, type SameSite } from '../contract/same-site';
import { InputError } from '../errors';
import type { EpochSeconds } from '../policy/epoch-seconds';
import { Secret } from '../secret';
import { parsePathScope, type PathScope } from '../tenancy/path-scope';
import { type ContentBaseUrl, parseContentBaseUrl } from './content-base-url';
import { type GrantInput, signPolicy } from './sign-policy';
import type { KeyPairId } from './signer';

/** Input of a set of signed cookies. */
export interface SignCookiesInput extends GrantInput {
  readonly contentBaseUrl: ContentBaseUrl;
  readonly scope: PathScope;
}

/**
 * One cookie without attributes. Until it expires, whoever has the set of cookies can open the
 * content.
 */
export interface SignedCookie {
  readonly name: string;
  readonly value: Secret;
}

/** The four cookies that open one scope, and information about them that is not secret. */
export interface SignedCookieSet {
  readonly scope: PathScope;
  readonly keyPairId: KeyPairId;
  readonly startsAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
  readonly fingerprint: string;
  readonly cookies: readonly SignedCookie[];
}

/**
 * Signs the cookies that open exactly `<content base URL><scope>*` and nothing else. The base URL
 * and the scope are parsed again, so that a wrong type cast in the caller's code cannot widen the
 * Resource.
 *
 * @throws {InputError} `ERR_CONTENT_BASE_URL`, `ERR_LIFETIME`, `ERR_PATH_SCOPE`
 */
export async function signCookies(input: SignCookiesInput): Promise<SignedCookieSet> {
  const scope = parsePathScope(input.scope.path);
  const contentBaseUrl = parseContentBaseUrl(input.contentBaseUrl);
  const signed = await signPolicy(`${contentBaseUrl}${scope.path}*`, 'cookies', input);
  return {
    scope,
    keyPairId: signed.keyPairId,
    startsAt: signed.startsAt,
    expiresAt: signed.expiresAt,
    fingerprint: signed.fingerprint,
    cookies: [
      { name: COOKIE_NAMES.policy, value: new Secret(signed.encodedPolicy) },
      { name: COOKIE_NAMES.signature, value: new Secret(signed.encodedSignature) },
      { name: COOKIE_NAMES.keyPairId, value: new Secret(signed.keyPairId) },
      { name: COOKIE_NAMES.hashAlgorithm, value: new Secret(signed.hashAlgorithm) },
    ],
  };
}

interface SetCookie {
  readonly name: string;
  readonly value: string;
  readonly path: PathScope['path'];
  readonly maxAgeSeconds: number;
  readonly sameSite: SameSite;
}

/**
 * Formats one `Set-Cookie` header. It has no `Domain` attribute, so the browser sends the cookie to
 * this host only and never to a subdomain or sibling host (C-30, C-31).
 */
function buildSetCookie({ name, value, path, maxAgeSeconds, sameSite }: SetCookie): string {
  return `${name}=${value}; Path=${path}; Max-Age=${maxAgeSeconds}; Secure; HttpOnly; ${SAME_SITE_ATTRIBUTES[sameSite]}`;
}

/** Input of {@link buildSetCookies}: the cookie set, and how and when a browser receives it. */
export interface SetCookiesInput {
  readonly sameSite: SameSite;
  readonly now: EpochSeconds;
}

/**
 * Returns the values of four `Set-Cookie` headers. `Max-Age` is the remaining lifetime, never more
 * (C-39).
 *
 * @throws {InputError} `ERR_COOKIES_EXPIRED` when no lifetime remains
 */
export function buildSetCookies(
  { scope, expiresAt, cookies }: SignedCookieSet,
  { sameSite, now }: SetCookiesInput,
): string[] {
  const maxAgeSeconds = expiresAt - now;
  if (maxAgeSeconds <= 0) {
    throw new InputError({
      code: 'ERR_COOKIES_EXPIRED',
      field: 'now',
      allowed: `a time before the expiry, ${expiresAt}`,
      received: now,
    });
  }
  return cookies.map(({ name, value }) =>
    buildSetCookie({ name, value: value.reveal(), path: scope.path, maxAgeSeconds, sameSite }),
  );
}

/**
 * Returns the values of four `Set-Cookie` headers that remove a cookie set. They have the same
 * names, `Path` and attributes as the set, and `Max-Age=0`.
 *
 * @throws {InputError} `ERR_PATH_SCOPE` for a path that is not a valid scope
 */
export function buildClearCookies(
  path: string,
  { sameSite }: { readonly sameSite: SameSite },
): string[] {
  const scope = parsePathScope(path);
  return Object.values(COOKIE_NAMES).map((name) =>
    buildSetCookie({ name, value: '', path: scope.path, maxAgeSeconds: 0, sameSite }),
  );
}
