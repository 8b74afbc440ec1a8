// Also runs inside a CloudFront Function: no Node API, no import, nothing newer than ES2020.

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const FORBIDDEN_CHARACTER = /[\u0000-\u001f\u007f-\u009f\\/]/;
const SURVIVING_ESCAPE = /%[0-9A-Fa-f]{2}/;
const DOT_OR_EMPTY = /^\.{0,2}(?:;.*)?$/;

/**
 * Whether one decoded path segment means the same to everybody who reads it: not empty, not `.` or `..`
 * (nor either with `;parameters`), no separator, no control character, and no escape that a second
 * decoding would turn into something else (C-21).
 */
export function isPlainSegment(decodedSegment: string): boolean {
  return (
    !DOT_OR_EMPTY.test(decodedSegment) &&
    !FORBIDDEN_CHARACTER.test(decodedSegment) &&
    !SURVIVING_ESCAPE.test(decodedSegment)
  );
}

function decodesToPlainSegment(rawSegment: string): boolean {
  try {
    return isPlainSegment(decodeURIComponent(rawSegment));
  } catch {
    return false;
  }
}

/** How many leading segments select the tenant and the person, so must be spelled without any escape. */
function scopeSegmentCount(firstSegment: string | undefined): number {
  if (firstSegment === 'u') return 3;
  return firstSegment === 't' ? 2 : 1;
}

/**
 * Whether the raw path of a viewer's request can be read in only one way. CloudFront chooses the behaviour
 * by the normalised path and sends the raw one to the origin (DG:DownloadDistValuesCacheBehavior, "Path
 * normalization"); a path that passes here is its own normal form as far as separators and dots go.
 * Refused: empty and dot segments however they are escaped, backslashes, control characters, escapes that
 * are not UTF-8, double escapes, and any escape in the segments that name tenant and person.
 */
export function isUnambiguousPath(rawPath: string): boolean {
  if (!rawPath.startsWith('/')) return false;
  const segments = rawPath.slice(1).split('/');
  if (segments[segments.length - 1] === '') segments.pop();
  const scopeSegments = scopeSegmentCount(segments[0]);
  return segments.every(
    (segment, index) =>
      decodesToPlainSegment(segment) && (index >= scopeSegments || !segment.includes('%')),
  );
}
