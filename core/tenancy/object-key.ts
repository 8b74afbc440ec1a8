import { InputError } from '../errors';
import { isPlainSegment } from './path-hygiene';
import { parsePathScope, type PathScope } from './path-scope';

/** The key of an S3 object that has exactly one spelling as a URL path. */
export type ObjectKey = string & { readonly brand: 'ObjectKey' };

/** A raw URL path with a leading slash, percent-encoded by {@link encodeObjectPath}. */
export type ObjectPath = `/${string}`;

/** S3's own limit, in bytes of UTF-8 (S3 user guide, "Naming Amazon S3 objects"). */
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
 * Parses an object key as S3 stores it, not percent-encoded: NFC, at most 1,024 bytes, no leading or
 * trailing slash, no empty or dot segment, backslash or control character, and no `%` with two hexadecimal
 * digits after it, which a second decoding would change (C-21).
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
 * The one URL path of an object: every byte of UTF-8 outside `A-Za-z0-9-._~/` is percent-encoded, so
 * neither browser nor origin can read it another way (C-20, C-22).
 */
export function encodeObjectPath(key: ObjectKey): ObjectPath {
  return `/${key.split('/').map(percentEncode).join('/')}`;
}

/** A query name or value, with every byte outside `A-Za-z0-9-._~` percent-encoded. */
export function encodeQueryComponent(text: string): string {
  return percentEncode(text);
}

/**
 * The narrowest scope that an object lies in: `/t/<tenant>/` or `/u/<tenant>/<user>/`.
 *
 * @throws {InputError} `ERR_PATH_SCOPE` for a key outside the two content prefixes
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
