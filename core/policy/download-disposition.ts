// This file is also bundled into a CloudFront Function. It must not use a Node.js API, or syntax
// that the runtime does not document.

import { DISPOSITION_PARAMETER, FILE_NAME_BYTES_MAX } from '../contract/download';
import { InputError } from '../errors';
import { encodeQueryComponent } from '../tenancy/object-key';
import { isPlainSegment } from '../tenancy/path-hygiene';

/** Characters that mean themselves in a quoted string, for old programs too. */
const PLAIN = 'A-Za-z0-9 ._()+=,@!~-';
/**
 * The allowed values: `attachment`, then a plain name, then a name in UTF-8, whose characters are
 * `attr-char` of RFC 8187.
 */
const DISPOSITION = new RegExp(
  `^attachment(?:; filename="([${PLAIN}]+)")?(?:; filename\\*=UTF-8''((?:[A-Za-z0-9!#$&+.^_\`|~-]|%[0-9A-Fa-f]{2})+))?$`,
);
const NOT_PLAIN = new RegExp(`[^${PLAIN}]`, 'g');
const ENCODED_OCTET = /%[0-9A-Fa-f]{2}/g;

function decodeOnce(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function isFileName(name: string | undefined, bytes: number): boolean {
  return name !== undefined && bytes <= FILE_NAME_BYTES_MAX && isPlainSegment(name);
}

/**
 * Returns whether a value of the query parameter `response-content-disposition` makes a download
 * and nothing else: `attachment`, with or without a file name. A file name is one plain path
 * segment of at most 255 bytes: no control character, no separator, no `..`. AWS does not say
 * whether a CloudFront Function gets the value as the viewer sent it or decoded, so both forms are
 * read. They cannot be mixed up: the sent form has no space, and the decoded form has one before
 * each name.
 *
 * @see RFC 6266 section 4.1; RFC 8187 section 3.2
 */
export function isDownloadDisposition(value: string): boolean {
  const decoded = value.startsWith('attachment; ') ? value : decodeOnce(value);
  const parts = DISPOSITION.exec(decoded ?? '') ?? undefined;
  if (parts === undefined) return false;
  const plain = parts[1];
  const extended = parts[2];
  if (plain !== undefined && !isFileName(plain, plain.length)) return false;
  if (extended === undefined) return true;
  return isFileName(decodeOnce(extended), extended.replace(ENCODED_OCTET, '.').length);
}

/**
 * Builds the header value that makes a browser store an object under a file name. A name with other
 * characters than plain ASCII is given twice: for old programs with `_` in their place, and in
 * UTF-8.
 *
 * @param fileName a plain path segment of at most 255 bytes of UTF-8. Default: the browser takes
 * the last part of the URL.
 * @see RFC 6266 section 5; RFC 8187 section 3.2
 * @throws {InputError} `ERR_FILE_NAME`
 */
export function buildDownloadDisposition(fileName?: string): string {
  if (fileName === undefined) return 'attachment';
  const plain = fileName.replace(NOT_PLAIN, '_').slice(0, FILE_NAME_BYTES_MAX);
  const quoted = `attachment; filename="${plain}"`;
  const isSound = typeof fileName === 'string' && !/\p{Surrogate}/u.test(fileName);
  const value =
    plain === fileName || !isSound
      ? quoted
      : `${quoted}; filename*=UTF-8''${encodeQueryComponent(fileName)}`;
  if (isSound && isDownloadDisposition(value)) return value;
  throw new InputError({
    code: 'ERR_FILE_NAME',
    field: 'fileName',
    allowed: `a name of 1 to ${FILE_NAME_BYTES_MAX} bytes of UTF-8 without separators, control characters, percent escapes, "." or ".."`,
    received: fileName,
  });
}

/**
 * Builds the query that makes a URL a download, for a page whose cookies open the URL. A signed URL
 * must have it when it is signed: see `download` of `signUrl`.
 *
 * @param fileName see {@link buildDownloadDisposition}
 * @throws {InputError} `ERR_FILE_NAME`
 */
export function buildDownloadQuery(fileName?: string): string {
  return `${DISPOSITION_PARAMETER}=${encodeQueryComponent(buildDownloadDisposition(fileName))}`;
}
