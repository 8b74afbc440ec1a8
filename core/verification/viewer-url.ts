import { RESERVED_QUERY_NAMES } from '../contract/credential-names';
import { normalisePath } from '../policy/normalise-path';
import type { UrlSections } from '../policy/resource-pattern';

/**
 * A viewer's URL, split into parts but not decoded. Joining the parts gives exactly the text that
 * the viewer sent.
 */
export interface ViewerUrl {
  readonly scheme: string;
  readonly domain: string;
  /** The path. It starts with a slash or is empty. */
  readonly path: string;
  /**
   * The query, split at every `&` and not decoded: each part is a whole `name=value`. The list is
   * empty if there is no `?`.
   */
  readonly parameters: readonly string[];
}

const DOMAIN = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?$/;

function indexOrEnd(text: string, character: string): number {
  const index = text.indexOf(character);
  return index === -1 ? text.length : index;
}

/**
 * Splits an absolute URL. It does not decode and does not use a URL parser, because CloudFront
 * compares the text that the viewer sent, and a parser would correct it. Returns `undefined` for a
 * URL that cannot occur in a request line or that could be split in two ways: another scheme, a
 * user (`@`), a fragment, spaces, control characters or non-ASCII characters.
 */
export function parseViewerUrl(url: string): ViewerUrl | undefined {
  const scheme = url.slice(0, url.indexOf(':'));
  const rest = url.slice(scheme.length + '://'.length);
  if ((scheme !== 'http' && scheme !== 'https') || !url.startsWith('://', scheme.length)) {
    return undefined;
  }
  if (/[^\u0021-\u007e]|#/.test(rest)) return undefined;
  const queryAt = indexOrEnd(rest, '?');
  const pathAt = Math.min(indexOrEnd(rest, '/'), queryAt);
  const domain = rest.slice(0, pathAt);
  if (!DOMAIN.test(domain)) return undefined;
  return {
    scheme,
    domain,
    path: rest.slice(pathAt, queryAt),
    parameters: queryAt === rest.length ? [] : rest.slice(queryAt + 1).split('&'),
  };
}

/** Returns the name of a query parameter as it was sent. */
export function parameterName(parameter: string): string {
  return parameter.slice(0, indexOrEnd(parameter, '='));
}

function applicationQuery({ parameters }: ViewerUrl): string | undefined {
  const own = parameters.filter((text) => !RESERVED_QUERY_NAMES.includes(parameterName(text)));
  return own.length === 0 ? undefined : own.join('&');
}

/**
 * Returns the URL without the signing parameters. It is the Resource of a canned policy, byte for
 * byte.
 *
 * @see DG:private-content-creating-signed-url-canned-policy
 */
export function unsignedUrl(url: ViewerUrl): string {
  const query = applicationQuery(url);
  return `${url.scheme}://${url.domain}${url.path}${query === undefined ? '' : `?${query}`}`;
}

/**
 * Whether a Resource is compared with the path as it was sent (users report this) or with the
 * normalised path.
 */
export type MatchedPath = 'raw' | 'normalised';

/** Returns the sections of the URL that the Resource of a custom policy is compared with. */
export function urlSections(url: ViewerUrl, matchedPath: MatchedPath): UrlSections {
  const path = url.path === '' ? '/' : url.path;
  return {
    scheme: url.scheme,
    domain: url.domain,
    path: matchedPath === 'raw' ? path : normalisePath(path),
    query: applicationQuery(url),
  };
}
