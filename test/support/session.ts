import { fetchAccessToken } from './test-cloud';
import { type ReachableCloud, view, type ViewerAnswer } from './viewer';

/** One cookie of a `Set-Cookie` header. */
export interface ReceivedCookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly maxAgeSeconds: number;
}

/** Parses the parts of `Set-Cookie` values that the tests need. */
export function parseSetCookies(setCookies: readonly string[]): readonly ReceivedCookie[] {
  return setCookies.map((line) => {
    const [pair = '', ...attributes] = line.split('; ');
    const attribute = (name: string): string =>
      attributes.find((text) => text.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
    return {
      name: pair.slice(0, pair.indexOf('=')),
      value: pair.slice(pair.indexOf('=') + 1),
      path: attribute('Path'),
      maxAgeSeconds: Number(attribute('Max-Age')),
    };
  });
}

/** Returns the `Cookie` header that a browser would send to a path. */
export function cookieHeaderFor(cookies: readonly ReceivedCookie[], path: string): string {
  const kept = new Map<string, ReceivedCookie>();
  for (const cookie of cookies) kept.set(`${cookie.path} ${cookie.name}`, cookie);
  return [...kept.values()]
    .filter((cookie) => cookie.maxAgeSeconds > 0 && path.startsWith(cookie.path))
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
}

/** The named cookies of a `Cookie` header. */
export function parseCookieHeader(header: string): Record<string, string> {
  return Object.fromEntries(
    header.split('; ').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** A `Cookie` header of named cookies. */
export function buildCookieHeader(cookies: Readonly<Record<string, string>>): string {
  return Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
}

/** A person who is logged in, with the answer of the session API. */
export interface TestSession {
  readonly answer: ViewerAnswer;
  readonly cookies: readonly ReceivedCookie[];
  /** The `Cookie` header for a path. */
  cookieFor(path: string): string;
  /** Sends a GET with the cookies that a browser would send there. */
  view(path: string, headers?: Readonly<Record<string, string>>): Promise<ViewerAnswer>;
}

/**
 * Logs a person in and opens a session as an app or `curl` does, without `Origin` and fetch
 * metadata.
 */
export async function openSession(
  cloud: ReachableCloud,
  personId: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestSession> {
  const token = await fetchAccessToken(cloud, personId);
  const answer = await view(cloud, {
    path: '/api/session',
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  if (answer.status !== 200) throw new Error(`no session for ${personId}: ${answer.status}`);
  const cookies = parseSetCookies(answer.setCookies);
  const cookieFor = (path: string): string => cookieHeaderFor(cookies, path);
  return {
    answer,
    cookies,
    cookieFor,
    view: (path, more = {}) => view(cloud, { path, headers: { ...more, cookie: cookieFor(path) } }),
  };
}
