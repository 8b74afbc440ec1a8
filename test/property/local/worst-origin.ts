import type { EdgeResponse } from '#local/cloudfront/exchange';

const OVERLONG: readonly (readonly [RegExp, string])[] = [
  [/%c0%ae/gi, '.'],
  [/%c0%af/gi, '/'],
  [/%u002e/gi, '.'],
  [/%u002f/gi, '/'],
];
const LAYERS_OF_ESCAPES = 3;

function decodeOnce(text: string): string {
  const plain = OVERLONG.reduce(
    (result, [escape, character]) => result.replace(escape, character),
    text,
  );
  return plain.replace(/%[0-9a-f]{2}/gi, (escape) =>
    String.fromCharCode(parseInt(escape.slice(1), 16)),
  );
}

/**
 * Every helpful misreading at once: escapes decoded again and again, overlong forms understood,
 * backslashes and semicolons interpreted, slashes joined, dots resolved, control characters dropped, an escaped
 * `#` or `?` taken for the end of the path. Full-width dots and slashes are other characters to everybody.
 */
function readHelpfully(rawPath: string): string {
  let text = rawPath;
  for (let layer = 0; layer < LAYERS_OF_ESCAPES; layer += 1) text = decodeOnce(text);
  const segments = text
    .replaceAll('\\', '/')
    .replace(/[#?].*$/s, '')
    // eslint-disable-next-line no-control-regex -- control characters are what a careless server drops
    .replace(/[\u0000-\u001f]/g, '')
    .split('/')
    .map((segment) => segment.replace(/;.*$/, ''));
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return kept.join('/');
}

/** The header by which the suite sees whose object was opened, also on 206, 304, 416 and HEAD. */
export const OWNER_HEADER = 'x-owner';

/**
 * An origin that finds an object whenever any reader of the path could: S3 takes keys literally, but nothing
 * may depend on that.
 */
export function answerHelpfully(
  objects: ReadonlyMap<string, string>,
  rawPath: string,
): EdgeResponse {
  const key = readHelpfully(rawPath);
  const owner =
    objects.get(key) ??
    [...objects].find(([known]) => known.toLowerCase() === key.toLowerCase())?.[1];
  if (owner === undefined) return { status: 404, headers: {}, body: Buffer.from('NoSuchKey') };
  return {
    status: 200,
    headers: {
      [OWNER_HEADER]: owner,
      etag: `"${owner}"`,
      'last-modified': 'Wed, 01 Jan 2025 00:00:00 GMT',
      'content-type': 'image/jpeg',
    },
    body: Buffer.from(`this object belongs to ${owner}`),
  };
}
