import fc from 'fast-check';
import { COOKIE_NAMES } from '#core/contract/credential-names';
import { RESERVED_QUERY_NAMES } from '#core/contract/credential-names';
import { buildCookieHeader } from './session';
import type { ViewerInput } from './viewer';

/** A request that is signed for something. */
export interface SignedRequest {
  readonly path: string;
  readonly cookies: Readonly<Record<string, string>>;
}

const NAMES: readonly string[] = [...Object.values(COOKIE_NAMES), 'CloudFront-Expires'];
const CHARACTERS = 'AaZz09-_~+/=*?"{}%, .'.split('');

const PATHS: readonly string[] = [
  '/t/acme/f/picture-1/landscape.png',
  '/t/acme/f/picture-2/landscape.png',
  '/t/globex/f/picture-1/landscape.png',
  '/t/acme/',
  '/t/acme',
  '/t/acme-evil/x',
  '/t/ACME/x',
  '/u/acme/AAAAAAAAAAAAAAAAAAAAAA/x',
  '/elsewhere',
  '/t/acme/f/picture-1/landscape.png?x=1',
  '/t/acme/%66/picture-1/landscape.png',
];

type Change = (request: SignedRequest) => SignedRequest;

function withCookie(
  request: SignedRequest,
  name: string,
  value: string | undefined,
): SignedRequest {
  const cookies = Object.entries({ ...request.cookies, [name]: value }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...request, cookies: Object.fromEntries(cookies) };
}

const cookieName = fc.constantFrom(...NAMES);

function changes(others: readonly SignedRequest[]): fc.Arbitrary<Change> {
  const alterCharacter = fc
    .record({ name: cookieName, at: fc.nat(700), character: fc.constantFrom(...CHARACTERS) })
    .map(({ name, at, character }): Change => {
      return (request) => {
        const value = request.cookies[name] ?? '';
        const index = value === '' ? 0 : at % value.length;
        return withCookie(
          request,
          name,
          value.slice(0, index) + character + value.slice(index + 1),
        );
      };
    });
  const cutOff = fc
    .record({ name: cookieName, length: fc.nat(300) })
    .map(({ name, length }): Change => {
      return (request) => withCookie(request, name, request.cookies[name]?.slice(0, length));
    });
  const drop = cookieName.map(
    (name): Change =>
      (request) =>
        withCookie(request, name, undefined),
  );
  const exchange = fc
    .record({ name: cookieName, other: fc.constantFrom(...others) })
    .map(({ name, other }): Change => {
      return (request) => withCookie(request, name, other.cookies[name]);
    });
  const rename = cookieName.map((name): Change => {
    return (request) =>
      withCookie(withCookie(request, name.toLowerCase(), request.cookies[name]), name, undefined);
  });
  const algorithm = fc.constantFrom('SHA1', 'SHA256', 'sha256', 'SHA-256', '').map(
    (value): Change =>
      (request) =>
        withCookie(request, COOKIE_NAMES.hashAlgorithm, value),
  );
  const expires = fc.constantFrom('1', '4102444800', '-1', '1e9', '0x10').map(
    (value): Change =>
      (request) =>
        withCookie(request, 'CloudFront-Expires', value),
  );
  const move = fc.constantFrom(...PATHS).map((path): Change => (request) => ({ ...request, path }));
  const query = fc
    .record({
      name: fc.constantFrom(...RESERVED_QUERY_NAMES),
      value: fc.constantFrom('', '1', 'x'),
    })
    .map(({ name, value }): Change => {
      return (request) => ({
        ...request,
        path: `${request.path}${request.path.includes('?') ? '&' : '?'}${name}=${value}`,
      });
    });
  return fc.oneof(
    { weight: 4, arbitrary: alterCharacter },
    { weight: 3, arbitrary: move },
    ...[cutOff, drop, exchange, rename, algorithm, expires, query],
  );
}

/**
 * Generates signed requests with up to three changes each. The same seed gives the same requests.
 */
export function buildHostileRequests(
  signed: readonly SignedRequest[],
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly ViewerInput[] {
  const one = fc.record({
    base: fc.constantFrom(...signed),
    changes: fc.array(changes(signed), { maxLength: 3 }),
  });
  return fc.sample(one, { numRuns: count, seed }).map(({ base, changes: applied }) => {
    const { path, cookies } = applied.reduce((request, change) => change(request), base);
    return { path, headers: { cookie: buildCookieHeader(cookies) } };
  });
}
