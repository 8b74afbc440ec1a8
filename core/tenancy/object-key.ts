import { InputError } from '../errors';
import { isPlainSegment } from './path-hygiene';
import { parsePathScope, type PathScope } from './path-scope';

/** The key of an S3 object that can be written as a URL path in only one way. */
export type ObjectKey = string & { readonly brand: 'ObjectKey' };

/** A raw URL path with a leading slash, as {@link encodeObjectPath} encodes it. */
export type ObjectPath = `/${string}`;

/**
 * S3's limit for the length of an object key, in bytes of UTF-8 (S3 user guide, "Naming Amazon S3
 * objects").
 */
const OBJECT_KEY_BYTES_MAX = 1024;

function percentEncode(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function utf8Length(text: string): number {
  return encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, '.').length;
}

function isObjectKey(key: string): key is ObjectKey {
  return (
    !/\p{Surrogate}/u.test(key) &&
    key.normalize('NFC') === key &&
    utf8Length(key) <= OBJECT_KEY_BYTES_MAX &&
    key.split('/').every(isPlainSegment)
  );
}

/**
 * Checks an object key as S3 stores it, without percent-encoding. It must be in Unicode form NFC
 * and have at most 1,024 bytes. It must not have a leading or trailing slash, an empty segment, a
 * dot segment, a backslash or a control character. It must also not have a `%` followed by two
 * hexadecimal digits, because a second decoding would change it (C-21).
 *
 * @throws {InputError} `ERR_OBJECT_KEY`
 */
export function parseObjectKey(key: string): ObjectKey {
  if (isObjectKey(key)) return key;
  throw new InputError({
    code: 'ERR_OBJECT_KEY',
    field: 'objectKey',
    allowed: `an NFC key of at most ${OBJECT_KEY_BYTES_MAX} bytes without empty or dot segments, backslashes, control characters or percent escapes`,
    received: key,
  });
}

/**
 * Encodes an object key as a URL path. Every UTF-8 byte outside `A-Za-z0-9-._~/` is
 * percent-encoded, so browser, CloudFront and S3 all read the path in the same way (C-20, C-22).
 */
export function encodeObjectPath(key: ObjectKey): ObjectPath {
  return `/${key.split('/').map(percentEncode).join('/')}`;
}

/** Encodes a query name or value. Every byte outside `A-Za-z0-9-._~` is percent-encoded. */
export function encodeQueryComponent(text: string): string {
  return percentEncode(text);
}

/**
 * Returns the narrowest scope that contains an object: `/t/<tenant>/` or `/u/<tenant>/<user>/`.
 *
 * @throws {InputError} `ERR_PATH_SCOPE` for a key that is neither below `t/` nor below `u/`
 */
export function scopeOfObjectKey(key: ObjectKey): PathScope {
  const segments = key.split('/');
  const scopeSegments = segments[0] === 'u' ? 3 : 2;
  if (segments.length > scopeSegments) {
    return parsePathScope(`/${segments.slice(0, scopeSegments).join('/')}/`);
  }
  throw new InputError({
    code: 'ERR_PATH_SCOPE',
    field: 'objectKey',
    allowed: 'a key below t/<tenant>/ or u/<tenant>/<user>/',
    received: key,
  });
}
