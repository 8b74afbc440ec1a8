/// <reference lib="dom" />
import type { ApiFailure } from './api-call';
import type { SessionEvents } from './session';

/** Why a picture or a video cannot be shown. */
export type Unavailable = SessionEvents['media-unavailable']['reason'];

/**
 * Attribute of elements that a component retries by itself. `watchMedia` leaves them alone: two
 * that retry one element would ask for it too often.
 */
export const SELF_RETRYING = 'data-edgepass';

/** What a failed call of the API means for media. */
const REASONS: Readonly<Record<ApiFailure, Unavailable>> = {
  unauthenticated: 'expired',
  refused: 'refused',
  unreachable: 'network',
};

/**
 * Returns what an error of the API means for media. The error is known by its member, because two
 * package entries do not share one class. What `getToken` throws means that nobody is logged in.
 */
export function reasonOfFailure(error: unknown): Unavailable {
  const { reason } = Object(error) as { readonly reason?: ApiFailure };
  return (reason && REASONS[reason]) ?? 'expired';
}

/**
 * Asks why an address does not load. An answer without the content is a refusal. No script can read
 * its status, because CloudFront's own error pages have no CORS headers.
 */
export async function reasonOf(url: string): Promise<Unavailable> {
  const init = { mode: 'no-cors', credentials: 'include', cache: 'no-store' } as const;
  return await fetch(url, { method: 'HEAD', ...init }).then(
    () => 'refused',
    () => 'network',
  );
}
