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
 * Reads a path in the most careless way: decodes escapes repeatedly, accepts overlong forms,
 * interprets backslashes and semicolons, joins slashes, resolves dots, removes control characters,
 * and takes an escaped `#` or `?` as the end of the path. Only full-width dots and slashes stay
 * other characters.
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

/** Header in which the test sees whose object was opened, also for 206, 304, 416 and HEAD. */
export const OWNER_HEADER = 'x-owner';

/**
 * An origin that finds an object if any program could read the path as its key. S3 takes keys
 * literally, but no test may depend on that.
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
