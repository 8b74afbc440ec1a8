/** A tenant id (C-01). */
export const TENANT_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
/** What is allowed for a tenant id. */
export const TENANT_ID_TEXT =
  '1 to 63 characters of A-Z a-z 0-9 _ -, starting with a letter or digit';

/** Characters of a user hash. */
export const USER_HASH_CHARACTERS = 22;

/** A user hash. 22 characters hold 132 bits: the last one carries two, so only four letters can stand there. */
export const USER_HASH = /^[A-Za-z0-9_-]{21}[AQgw]$/;

/** Most characters of a key pair id. */
export const KEY_PAIR_ID_CHARACTERS_MAX = 64;

/** A key pair id: characters of a cookie value and of a query value, so an id never needs escaping. */
export const KEY_PAIR_ID = /^[A-Za-z0-9_-]{1,64}$/;
