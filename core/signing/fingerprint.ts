/** Too few characters of a signature to use it, enough to join a log line with the grant it came from. */
export const FINGERPRINT_CHARACTERS = 24;

/**
 * The fingerprint of a grant: the first 24 characters of its signature as encoded in the cookie or the query.
 * The same expression stands in SQL and in the viewer guard.
 */
export function fingerprintOf(encodedSignature: string): string {
  return encodedSignature.slice(0, FINGERPRINT_CHARACTERS);
}
