/** What each choice of `cookies.sameSite` writes into a `Set-Cookie` header. */
export const SAME_SITE_ATTRIBUTES = {
  lax: 'SameSite=Lax',
  none: 'SameSite=None; Partitioned',
} as const;

/** `lax` when page and content are of one site; `none` for pages elsewhere, which adds `Partitioned`. */
export type SameSite = keyof typeof SAME_SITE_ATTRIBUTES;

/** Every choice. */
export const SAME_SITE_CHOICES = ['lax', 'none'] as const satisfies readonly SameSite[];
