import { createHash, timingSafeEqual } from 'node:crypto';
import { ORIGIN_SECRET_HEADER } from '#core/contract/headers';
import { accept, type Outcome, refuse } from '#core/outcome';
import type { Secret } from '#core/secret';
import { Refused } from './refused';

const AUTHORIZATION = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;
const COMPACT_JWS = /^eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const TOKEN_PARAMETERS = ['access_token', 'id_token', 'token', 'jwt', 'authorization'];

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Checks that the request came through the distribution (S-13). The comparison is over digests of
 * equal length, so its time does not depend on the value. Two secrets are valid, so that one can be
 * replaced while the other is in use.
 *
 * @throws {Refused} `origin-secret-refused`
 */
export function assertOriginSecret(headers: Headers, originSecrets: readonly Secret[]): void {
  const received = digest(headers.get(ORIGIN_SECRET_HEADER) ?? '');
  const matches = originSecrets.map((secret) => timingSafeEqual(digest(secret.reveal()), received));
  if (!matches.includes(true)) throw new Refused('origin-secret-refused');
}

/** Checks whether the origin of a request is allowed (C-35). Returns the reason if it is not. */
export function checkRequestOrigin(
  headers: Headers,
  appOrigins: readonly string[],
): Outcome<undefined, 'request-origin-refused' | 'request-origin-missing'> {
  const requestOrigin = headers.get('origin');
  if (requestOrigin !== null) {
    return appOrigins.includes(requestOrigin)
      ? accept(undefined)
      : refuse('request-origin-refused');
  }
  return isSentByBrowser(headers) ? refuse('request-origin-missing') : accept(undefined);
}

/**
 * Returns whether a browser sent the request. A browser sends several `Sec-Fetch-*` headers;
 * `fetch` of Node.js sends only `Sec-Fetch-Mode: cors`.
 */
function isSentByBrowser(headers: Headers): boolean {
  const metadata = [...headers].filter(([name]) => name.startsWith('sec-fetch-'));
  return metadata.some(([name, value]) => name !== 'sec-fetch-mode' || value !== 'cors');
}

const cookieValues = (headers: Headers): string[] =>
  (headers.get('cookie') ?? '').split(';').map((pair) => pair.slice(pair.indexOf('=') + 1).trim());

/**
 * Reads the token from the single `Authorization` header (J-17). A second header is refused; it
 * arrives joined with a comma. A token in the query, or a different token in a cookie, is refused
 * as a conflict.
 *
 * @throws {Refused} with the reason; the error does not contain the value
 */
export function readBearerToken(request: Request): string {
  const { headers } = request;
  const authorization = headers.get('authorization');
  const query = new URL(request.url).searchParams;
  if (TOKEN_PARAMETERS.some((name) => query.has(name))) throw new Refused('token-in-query');
  if (authorization === null || authorization === '') throw new Refused('authorization-missing');
  if (authorization.includes(',')) throw new Refused('authorization-duplicate');
  const token = AUTHORIZATION.exec(authorization)?.[1];
  if (token === undefined) throw new Refused('authorization-malformed');
  const isContradicted = cookieValues(headers).some(
    (value) => COMPACT_JWS.test(value) && value !== token,
  );
  if (isContradicted) throw new Refused('token-sources-conflict');
  return token;
}
