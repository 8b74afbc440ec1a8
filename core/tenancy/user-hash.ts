import { USER_HASH, USER_HASH_CHARACTERS } from '../contract/identifiers';
import { InputError } from '../errors';

/**
 * The name of a person in paths and logs: 128 bits as 22 base64url characters. `core/user-hash`
 * computes it.
 */
export type UserHash = string & { readonly brand: 'UserHash' };

/** Returns whether a text is a user hash in its canonical form. */
export function isUserHash(text: string): text is UserHash {
  return USER_HASH.test(text);
}

/**
 * Checks that a text is a user hash in its canonical form.
 *
 * @throws {InputError} `ERR_USER_HASH`
 */
export function parseUserHash(text: string): UserHash {
  if (isUserHash(text)) return text;
  throw new InputError({
    code: 'ERR_USER_HASH',
    field: 'userHash',
    allowed: `${USER_HASH_CHARACTERS} characters of base64url that spell 128 bits`,
    received: text,
  });
}
