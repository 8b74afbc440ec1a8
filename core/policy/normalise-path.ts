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
 * Normalises a raw URL path (RFC 3986 section 6.2.2): decodes unreserved characters once, writes
 * other escapes in upper case, joins repeated slashes and resolves dot segments. CloudFront selects
 * the cache behavior by a normalised path, but AWS does not document which escapes it decodes.
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
