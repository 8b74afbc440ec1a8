import { FINGERPRINT_CHARACTERS } from '../contract/fingerprint';

/**
 * The fingerprint of a grant: the first characters of its signature as encoded in the cookie or the query.
 * SQL and the viewer guard take as many.
 */
export function fingerprintOf(encodedSignature: string): string {
  return encodedSignature.slice(0, FINGERPRINT_CHARACTERS);
}
