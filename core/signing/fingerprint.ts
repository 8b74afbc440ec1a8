import { FINGERPRINT_CHARACTERS } from '../contract/fingerprint';

/**
 * Returns the fingerprint of a grant: the first characters of its signature as it is encoded in the
 * cookie or the query. The SQL queries and viewer-guard use the same number of characters.
 */
export function fingerprintOf(encodedSignature: string): string {
  return encodedSignature.slice(0, FINGERPRINT_CHARACTERS);
}
