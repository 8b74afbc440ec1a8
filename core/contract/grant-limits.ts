/**
 * The longest lifetime of each kind of grant, in seconds. The configuration can only lower these
 * values (C-08).
 */
export const GRANT_LIFETIME_SECONDS_MAX = Object.freeze({
  cookies: 900,
  signedUrl: 900,
  signedUrlBatch: 300,
});

/** A kind of grant: the use that a lifetime is meant for. */
export type GrantKind = keyof typeof GRANT_LIFETIME_SECONDS_MAX;

/**
 * Whether a grant must end when the access token ends (J-04). `auto` means: only if the lifetime of
 * the token is longer than 15 minutes.
 */
export const CAP_TO_TOKEN_CHOICES = ['auto', 'always', 'never'] as const;

/** One of {@link CAP_TO_TOKEN_CHOICES}. */
export type CapToToken = (typeof CAP_TO_TOKEN_CHOICES)[number];

/** The longest time, in seconds, during which the same signature may be given out again. */
export const REUSE_WINDOW_SECONDS_MAX = 300;
