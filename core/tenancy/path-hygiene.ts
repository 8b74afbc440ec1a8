// This file is also bundled into a CloudFront Function. It must not use a Node.js API, an import,
// or syntax newer than ES2020.

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const FORBIDDEN_CHARACTER = /[\u0000-\u001f\u007f-\u009f\\/]/;
const SURVIVING_ESCAPE = /%[0-9A-Fa-f]{2}/;
const DOT_OR_EMPTY = /^\.{0,2}(?:;.*)?$/;

/**
 * Returns whether a decoded path segment has only one meaning. It must not be empty, `.` or `..`
 * (also not with `;parameters`), and must not have a separator, a control character, or an escape
 * that a second decoding would change (C-21).
 */
export function isPlainSegment(decodedSegment: string): boolean {
  return (
    !DOT_OR_EMPTY.test(decodedSegment) &&
    !FORBIDDEN_CHARACTER.test(decodedSegment) &&
    !SURVIVING_ESCAPE.test(decodedSegment)
  );
}

/**
 * Decodes a raw URL path, or a part of one, as S3 reads it: percent-escapes once, and `+` as a
 * space. The key `a+b` can therefore only be asked for as `a%2Bb`. Returns undefined if the escapes
 * are not UTF-8. What CloudFront compares with the Resource of a policy is the raw path and not
 * this text. The spellings are in test/vectors/object-paths.json.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export function decodeAsS3(rawText: string): string | undefined {
  try {
    return decodeURIComponent(rawText.replace(/\+/g, ' '));
  } catch {
    return undefined;
  }
}

function decodesToPlainSegment(rawSegment: string): boolean {
  const segment = decodeAsS3(rawSegment);
  return segment !== undefined && isPlainSegment(segment);
}

/**
 * Returns how many leading segments name the tenant and the person. These segments must not have
 * any percent-escape.
 */
function scopeSegmentCount(firstSegment: string | undefined): number {
  if (firstSegment === 'u') return 3;
  return firstSegment === 't' ? 2 : 1;
}

/**
 * Returns whether the raw path of a viewer's request has only one meaning. CloudFront selects the
 * cache behavior by the normalised path but sends the raw path to the origin
 * (DG:DownloadDistValuesCacheBehavior, "Path normalization"), so the two could differ. Normalising
 * an accepted path changes neither its separators nor its dots. Refused are: empty and dot segments
 * in any escaped form, backslashes, control characters, escapes that are not UTF-8, double escapes,
 * and any escape in the segments that name the tenant and the person.
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
