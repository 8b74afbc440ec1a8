/** The longest lifetimes, in seconds. Configuration may lower them, nothing raises them (C-08). */
export const GRANT_LIFETIME_SECONDS_MAX = Object.freeze({
  cookies: 900,
  signedUrl: 900,
  signedUrlBatch: 300,
});

/** What a lifetime is for. */
export type GrantKind = keyof typeof GRANT_LIFETIME_SECONDS_MAX;

/** How a grant may end with its token (J-04). */
export const CAP_TO_TOKEN_CHOICES = ['auto', 'always', 'never'] as const;

/** One of {@link CAP_TO_TOKEN_CHOICES}. */
export type CapToToken = (typeof CAP_TO_TOKEN_CHOICES)[number];

/** The longest window, in seconds, in which one signature is handed out again. */
export const REUSE_WINDOW_SECONDS_MAX = 300;
