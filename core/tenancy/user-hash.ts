import { USER_HASH, USER_HASH_CHARACTERS } from '../contract/identifiers';
import { InputError } from '../errors';

/** A person in paths and logs: 128 bits as 22 characters of base64url, derived in `core/user-hash`. */
export type UserHash = string & { readonly brand: 'UserHash' };

/** Whether a text is a user hash in its one canonical spelling. */
export function isUserHash(text: string): text is UserHash {
  return USER_HASH.test(text);
}

/**
 * Parses a user hash.
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
