/** Length of a fingerprint: too few characters of a signature to use it, enough to find its grant. */
export const FINGERPRINT_CHARACTERS = 24;
