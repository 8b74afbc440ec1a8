const ESCAPE = /%[0-9A-Fa-f]{2}/g;
const UNRESERVED = /^[A-Za-z0-9._~-]$/;

function normaliseEscape(escape: string): string {
  const character = String.fromCharCode(parseInt(escape.slice(1), 16));
  return UNRESERVED.test(character) ? character : escape.toUpperCase();
}

function isDotSegment(segment: string | undefined): boolean {
  return segment === '.' || segment === '..';
}

/**
 * The normal form of a raw path: unreserved characters decoded once, other escapes in upper case, runs of
 * slashes joined, dot segments resolved (RFC 3986 section 6.2.2). CloudFront chooses the cache behavior by
 * such a form; which escapes it decodes is not documented.
 *
 * @see DG:DownloadDistValuesCacheBehavior "Path normalization"
 */
export function normalisePath(rawPath: string): string {
  const segments = rawPath
    .replace(ESCAPE, normaliseEscape)
    .split('/')
    .filter((segment) => segment !== '');
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  const isFolder = rawPath.endsWith('/') || isDotSegment(segments[segments.length - 1]);
  return `/${kept.join('/')}${isFolder && kept.length > 0 ? '/' : ''}`;
}
