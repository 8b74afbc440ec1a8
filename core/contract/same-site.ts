/** The `Set-Cookie` attributes for each value of `cookies.sameSite`. */
export const SAME_SITE_ATTRIBUTES = {
  lax: 'SameSite=Lax',
  none: 'SameSite=None; Partitioned',
} as const;

/**
 * `lax` if the page and the content belong to the same site. `none` if the page belongs to another
 * site; this also adds `Partitioned`.
 */
export type SameSite = keyof typeof SAME_SITE_ATTRIBUTES;

/** Every value that `cookies.sameSite` can have. */
export const SAME_SITE_CHOICES = ['lax', 'none'] as const satisfies readonly SameSite[];
