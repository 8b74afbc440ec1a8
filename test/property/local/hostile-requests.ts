import fc from 'fast-check';
import type { EdgeRequest } from '#local/cloudfront/exchange';
import type { EdgeSwitches } from '#local/cloudfront/switches';
import { viewerRequest } from '#test/unit/local/cloudfront/edge-fixture';
import { hostileText } from '../core/hostile-texts';
import { HOST, OTHER_HOST } from './credentials';
import { COMBINATIONS, FOREIGN_OBJECTS, OWN_OBJECTS } from './hostile-world';

/** A hostile request and the edge that receives it. */
export interface HostileRequest {
  readonly request: EdgeRequest;
  readonly switches: EdgeSwitches;
}

/** The credentials that an attacker has: `Cookie` headers, and paths with signed queries. */
export interface Loot {
  readonly cookies: readonly string[];
  readonly urls: readonly string[];
  /** The attacker's own scopes, each with the cookies that open it. */
  readonly rights: readonly { readonly scope: string; readonly cookies: readonly string[] }[];
  /**
   * Objects of other people. Each has credentials that were signed for it at another time, in
   * another place or by another person.
   */
  readonly finds: readonly {
    readonly key: string;
    readonly cookies: readonly string[];
    readonly urls: readonly string[];
  }[];
}

const DOTS = [
  '..',
  '%2e%2e',
  '%2E.',
  '.%2e',
  '%2e',
  '.',
  '%252e%252e',
  '..;',
  '..;x=1',
  '%c0%ae%c0%ae',
  '%ef%bc%8e%ef%bc%8e',
  '...',
  '..%00',
  '..%20',
  '..%09',
  '%u002e%u002e',
  '..%5c',
  '.%00.',
  '..*',
  ' ..',
];
const SLASHES = [
  '/',
  '/',
  '/',
  '//',
  '///',
  '%2f',
  '%2F',
  '%5c',
  '\\',
  '%252f',
  '%c0%af',
  '%ef%bc%8f',
  ';/',
  '/;/',
  '/./',
  '/%2e/',
  '%2f/',
  '/%00/',
  '*/',
  '/?/',
  '/#/',
  '%3f/',
  '%23/',
  '\t/',
  '/ ',
];
const OWN_KEYS = OWN_OBJECTS.map(({ key }) => key);
const FOREIGN_KEYS = FOREIGN_OBJECTS.map(({ key }) => key);

const dots = fc.oneof(fc.constant('..'), fc.constantFrom(...DOTS));
const slash = fc.oneof(fc.constant('/'), fc.constantFrom(...SLASHES));
const foreignKey = fc.constantFrom(...FOREIGN_KEYS, 'incoming/t/globex/photo.jpg');
const ownKey = fc.constantFrom(...OWN_KEYS);
const anyKey = fc.oneof({ weight: 4, arbitrary: foreignKey }, { weight: 1, arbitrary: ownKey });

const START_ANYWHERE = fc.constantFrom(
  ...OWN_OBJECTS.map(({ scope }) => scope.slice(0, -1)),
  '/public',
  '/api',
  '/api/session',
  '/t',
  '/u',
  '/t/acme/photo.jpg',
  '',
);

/**
 * Generates paths that go down into a folder, up again in different spellings, and then to an
 * object of another person.
 */
function traversalFrom(start: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .record({
      start,
      ups: fc.array(fc.tuple(slash, dots), { minLength: 1, maxLength: 4 }),
      end: slash,
      key: foreignKey,
      cut: fc.nat(2),
    })
    .map(({ start: from, ups, end, key, cut }) => {
      const climb = ups.map(([separator, dot]) => `${separator}${dot}`).join('');
      return `${from}${climb}${end}${key.split('/').slice(cut).join('/')}`;
    });
}

const escapeAt = (text: string, at: number): string => {
  const code = text.charCodeAt(at).toString(16).padStart(2, '0');
  return `${text.slice(0, at)}%${code}${text.slice(at + 1)}`;
};
type Rewrite = (path: string, at: number, token: string) => string;
const REWRITES: readonly Rewrite[] = [
  (path, at) => escapeAt(path, at),
  (path, at, token) => path.slice(0, at) + token + path.slice(at),
  (path, at, token) => path.slice(0, at) + token + path.slice(at + 1),
  (path, at) => path.slice(0, at) + path.slice(at + 1),
  (path, at) => path.slice(0, at) + path.charAt(at).toUpperCase() + path.slice(at + 1),
  (path) => path.toUpperCase(),
  (path) => `/${path}`,
  (path) => `//${OTHER_HOST}${path}`,
  (path) => path.slice(1),
  (path) => `${path}/`,
  (path, _at, token) => `${path}${token}`,
  (path, _at, token) => `${token}${path}`,
  (path) => path.replace('/t/', '/T/').replace('/u/', '/U/'),
  (path) => path.replace(/globex|acme/, '*'),
  (path) => path.replace(/(glob|acm)./, '$1?'),
  (path) => path.replace('/t/', '/t/*/').replace('/u/', '/u/?/'),
  (path) => path.replace('/t/', '/t%2f').replace('/u/', '/%75/'),
  (path) => path.replaceAll('/', '%2f'),
  (path) => path.replace('globex', 'glob%65x'),
  (path) => path.replaceAll('/', '\\'),
];

const rewritten = fc
  .record({
    key: anyKey,
    rewrites: fc.array(
      fc.record({
        rewrite: fc.constantFrom(...REWRITES),
        at: fc.nat(60),
        token: fc.oneof(slash, dots, hostileText()),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ key, rewrites }) =>
    rewrites.reduce(
      (path, { rewrite, at, token }) => rewrite(path, at % Math.max(1, path.length), token),
      `/${key}`,
    ),
  );

/** Returns a request line as Node.js passes it on: bytes as Latin-1 characters. */
const asBytes = (path: string): string => Buffer.from(path).toString('latin1');
const hostilePath = fc.oneof(traversalFrom(START_ANYWHERE), rewritten).map(asBytes);

const COOKIE_NAMES = ['Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm', 'Expires'].map(
  (part) => `CloudFront-${part}`,
);

type PairRewrite = (pair: string, at: number, text: string) => string;
const PAIR_REWRITES: readonly PairRewrite[] = [
  (pair, at, text) => pair.slice(0, at) + text.slice(0, 1) + pair.slice(at + 1),
  (pair, at) => pair.slice(0, at),
  (pair, _at, text) => `${pair}${text}`,
  (pair) => pair.replace('=', '="').concat('"'),
  (pair) => pair.replace('=', '= '),
  (pair) => pair.replaceAll('~', '%7E').replaceAll('_', '%5F'),
  (pair) => pair.toLowerCase(),
  (pair) => pair.replace('CloudFront-', 'cloudfront-'),
  (pair) => pair.replace('SHA256', 'SHA1'),
  (pair) => pair.replace('CloudFront-', '__Host-CloudFront-'),
  (pair) => pair.replace(/=.*/, '='),
  (pair, _at, text) => `${pair.split('=', 1)[0] ?? ''}=${text}`,
  () => '',
];

/**
 * Generates cookie headers: whole sets, sets of two tenants together, and sets with exchanged,
 * changed, repeated or missing parts.
 */
function hostileCookies(loot: Loot): fc.Arbitrary<string> {
  const set = fc.constantFrom(...loot.cookies);
  const part = fc.tuple(set, fc.nat(3)).map(([cookies, at]) => {
    const pairs = cookies.split('; ');
    return pairs[at % pairs.length] ?? '';
  });
  const altered = fc
    .record({
      part,
      rewrite: fc.constantFrom(...PAIR_REWRITES),
      at: fc.nat(700),
      text: hostileText(),
    })
    .map(({ part: pair, rewrite, at, text }) => rewrite(pair, at % Math.max(1, pair.length), text));
  const junk = fc
    .tuple(fc.constantFrom(...COOKIE_NAMES, 'session'), hostileText())
    .map(([name, value]) => `${name}=${value}`);
  const extra = fc.oneof(part, altered, junk);
  const separator = fc.constantFrom('; ', '; ', ';', ' ; ', ', ', ';;');
  const mixed = fc
    .tuple(fc.array(extra, { maxLength: 2 }), set, fc.array(extra, { maxLength: 3 }), separator)
    .map(([before, whole, after, between]) => [...before, whole, ...after].join(between));
  const replaced = fc.tuple(set, altered).map(([whole, other]) => {
    const name = other.split('=', 1)[0] ?? '';
    return [...whole.split('; ').filter((pair) => !pair.startsWith(name)), other].join('; ');
  });
  return fc.oneof(
    { weight: 4, arbitrary: set },
    { weight: 3, arbitrary: mixed },
    { weight: 2, arbitrary: fc.tuple(set, set).map((sets) => sets.join('; ')) },
    { weight: 2, arbitrary: replaced },
    { weight: 1, arbitrary: fc.array(extra, { maxLength: 6 }).map((pairs) => pairs.join('; ')) },
    { weight: 1, arbitrary: fc.constant('') },
  );
}

const SMUGGLED = [
  'Expires=1',
  'Policy=',
  'Signature=x',
  'Key-Pair-Id=K1',
  'Hash-Algorithm=SHA1',
  '%50olicy=x',
  'policy=x',
  'Key%2DPair%2DId=K1',
  '=',
  '&&',
  'response-content-type=text/html',
  'versionId=null',
  'list-type=2',
  'acl',
  '/../../globex/photo.jpg',
  '../globex/photo.jpg',
  '%26Policy=x',
  ';Policy=x',
  'x=1#/t/globex/photo.jpg',
  '?',
];

/**
 * Generates queries: signed queries of the attacker or worthless ones, complete, cut or repeated,
 * and with additional names.
 */
function hostileQuery(loot: Loot): fc.Arbitrary<string> {
  const signed = fc.constantFrom(...loot.urls).map((url) => url.slice(url.indexOf('?') + 1));
  const smuggled = fc.constantFrom(...SMUGGLED);
  const cut = fc.tuple(signed, fc.nat(900)).map(([query, at]) => query.slice(0, at % query.length));
  const doubled = fc.tuple(signed, signed).map((queries) => queries.join('&'));
  const exchanged = fc.tuple(signed, signed, fc.nat(3)).map(([one, two, at]) => {
    const pairs = one.split('&');
    pairs[at % pairs.length] = two.split('&')[at] ?? '';
    return pairs.join('&');
  });
  return fc.oneof(
    { weight: 3, arbitrary: signed },
    { weight: 3, arbitrary: smuggled },
    cut,
    doubled,
    exchanged,
    fc.tuple(signed, smuggled).map((queries) => queries.join('&')),
    fc.tuple(smuggled, signed).map((queries) => queries.join('&')),
    hostileText(),
  );
}

const FOREIGN_PATHS = FOREIGN_KEYS.map((key) => `/${key}`);
const HEADERS: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'x-original-url',
      'x-rewrite-url',
      'x-forwarded-uri',
      'referer',
      'x-accel-redirect',
      'destination',
    ),
    fc.constantFrom(...FOREIGN_PATHS),
  ),
  fc.tuple(
    fc.constantFrom(
      'x-forwarded-for',
      'x-real-ip',
      'true-client-ip',
      'cloudfront-viewer-address',
      'forwarded',
    ),
    fc.constantFrom('198.51.100.7', '127.0.0.1', '::1', 'for=198.51.100.7'),
  ),
  fc.tuple(
    fc.constantFrom('x-forwarded-host', 'x-host', 'x-forwarded-proto'),
    fc.constantFrom(OTHER_HOST, HOST, 'http'),
  ),
  fc.constantFrom(
    ['range', 'bytes=0-3'] as const,
    ['range', 'bytes=100-'] as const,
    ['if-none-match', '*'] as const,
    ['if-none-match', '"globex"'] as const,
    ['if-modified-since', 'Wed, 01 Jan 2025 00:00:00 GMT'] as const,
    ['if-range', '"globex"'] as const,
    ['x-http-method-override', 'GET'] as const,
    ['authorization', 'Bearer x'] as const,
    ['x-amz-copy-source', '/content/t/globex/photo.jpg'] as const,
    ['x-amz-security-token', 'x'] as const,
    ['x-edgepass-origin-secret', 'guess'] as const,
    ['origin', 'https://evil.example'] as const,
    ['connection', 'cookie, host'] as const,
    ['cache-control', 'no-cache'] as const,
    ['cloudfront-policy', 'x'] as const,
    ['cloudfront-key-pair-id', 'K1'] as const,
  ),
);

const usually = <Value>(value: Value, ...others: Value[]): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 14, arbitrary: fc.constant(value) }, fc.constantFrom(...others));

interface Frame {
  readonly host: string;
  readonly protocol: 'http' | 'https';
  readonly method: string;
  readonly clientIp: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly switches: EdgeSwitches;
}

/** Generates everything of a request except its path, query and cookies. */
const frame: fc.Arbitrary<Frame> = fc.record({
  host: usually(
    HOST,
    OTHER_HOST,
    'd111.cloudfront.net',
    'MEDIA.EXAMPLE.COM',
    `${HOST}.`,
    `${HOST}:443`,
    `user@${HOST}`,
    `${HOST}/t/globex`,
    '*',
    '',
  ),
  protocol: usually<'http' | 'https'>('https', 'http'),
  method: usually(
    'GET',
    'HEAD',
    'HEAD',
    'OPTIONS',
    'POST',
    'PUT',
    'DELETE',
    'TRACE',
    'get',
    'PURGE',
  ),
  clientIp: usually('203.0.113.7', '::1', '127.0.0.1', ''),
  headers: fc.array(HEADERS, { maxLength: 2 }),
  switches: fc.nat(COMBINATIONS.length - 1).map((at) => {
    const switches = COMBINATIONS[at];
    if (switches === undefined) throw new Error('every index has its combination');
    return switches;
  }),
});

function assemble(
  target: string,
  cookie: string,
  { switches, headers, ...rest }: Frame,
): HostileRequest {
  const sent = Object.fromEntries([
    ...headers,
    ...(cookie === '' ? [] : [['cookie', cookie]]),
  ]) as Record<string, string>;
  return { request: viewerRequest(target, { ...rest, headers: sent }), switches };
}

/**
 * Generates hostile requests of an attacker with these credentials, each for one combination of the
 * switches.
 */
export function hostileRequest(loot: Loot): fc.Arbitrary<HostileRequest> {
  const query = fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: hostileQuery(loot) },
  );
  const target = fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .tuple(hostilePath, query)
        .map(([path, text]) => (text === undefined ? path : `${path}?${text}`)),
    },
    { weight: 1, arbitrary: fc.constantFrom(...loot.urls) },
  );
  const blind = fc
    .tuple(target, hostileCookies(loot), frame)
    .map(([text, cookie, rest]) => assemble(text, cookie, rest));
  return fc.oneof(blind, insiderRequest(loot), finderRequest(loot));
}

/**
 * Generates requests of somebody who found credentials for exactly this object and tries them here
 * or at the other host.
 */
function finderRequest(loot: Loot): fc.Arbitrary<HostileRequest> {
  return fc
    .constantFrom(...loot.finds)
    .chain(({ key, cookies, urls }) =>
      fc.tuple(
        fc.oneof(
          fc.constantFrom(...cookies).map((cookie) => ({ target: `/${key}`, cookie })),
          fc.constantFrom(...urls).map((target) => ({ target, cookie: '' })),
        ),
        fc.constantFrom(undefined, undefined, OTHER_HOST),
        frame,
      ),
    )
    .map(([{ target, cookie }, host, rest]) =>
      assemble(target, cookie, { ...rest, host: host ?? rest.host }),
    );
}

/** Generates requests of somebody with valid credentials for one path who tries to leave it. */
function insiderRequest(loot: Loot): fc.Arbitrary<HostileRequest> {
  return fc
    .constantFrom(...loot.rights)
    .chain(({ scope, cookies }) =>
      fc.tuple(
        traversalFrom(fc.constant(scope.slice(0, -1))),
        fc.constantFrom(...cookies),
        fc.constantFrom('', '', '', '?', '?x=1'),
        frame,
      ),
    )
    .map(([path, cookie, query, rest]) => assemble(`${asBytes(path)}${query}`, cookie, rest));
}

/** Generates legal requests with the same hostile headers. These must be allowed. */
export function rightfulFrame(): fc.Arbitrary<HostileRequest> {
  return frame.map((rest) => {
    const cannotChangeTheAnswer = rest.headers.filter(
      ([name]) => !/^(?:range|if-|cookie)/.test(name),
    );
    const plain = { ...rest, host: HOST, protocol: 'https', method: 'GET' } as const;
    return assemble('/', '', { ...plain, headers: cannotChangeTheAnswer });
  });
}
