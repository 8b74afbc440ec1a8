/**
 * Number of characters in a fingerprint, which is the start of a signature. 24 characters are too
 * few to use the signature and enough to find the grant that it belongs to.
 */
export const FINGERPRINT_CHARACTERS = 24;
