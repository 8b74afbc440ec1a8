/** Pattern of a tenant id (C-01). */
export const TENANT_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
/** Description of a valid tenant id, for error messages. */
export const TENANT_ID_TEXT =
  '1 to 63 characters of A-Z a-z 0-9 _ -, starting with a letter or digit';

/** Number of characters in a user hash. */
export const USER_HASH_CHARACTERS = 22;

/**
 * Pattern of a user hash. It encodes 128 bits in 22 base64url characters of 6 bits each. The last
 * character carries only two bits, so it can only be `A`, `Q`, `g` or `w`.
 */
export const USER_HASH = /^[A-Za-z0-9_-]{21}[AQgw]$/;

/** Maximum number of characters in a key pair id. */
export const KEY_PAIR_ID_CHARACTERS_MAX = 64;

/**
 * Pattern of a key pair id. All its characters may stand in a cookie value and in a query value, so
 * an id never has to be escaped.
 */
export const KEY_PAIR_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Pattern of a file id: a UUID in lower case (RFC 9562 section 4). */
export const FILE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
