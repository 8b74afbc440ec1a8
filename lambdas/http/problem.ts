import type { components } from '#api/types';
import { refusalOf, type RefusalReason } from '#core/refusals';

type Problem = components['schemas']['Problem'];

const RETRY_AFTER_SECONDS = '10';

/**
 * Builds the answer to a refusal. All reasons with the same problem get the same bytes, so the
 * answer does not reveal the reason (J-18).
 *
 * @see RFC 9457; RFC 6750 section 3 for `WWW-Authenticate` without an error code
 */
export function buildProblem(reason: RefusalReason): Response {
  const { status, problemType: type, title } = refusalOf(reason);
  const headers = new Headers({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  });
  if (status === 401) headers.set('www-authenticate', 'Bearer');
  if (status === 503) headers.set('retry-after', RETRY_AFTER_SECONDS);
  return new Response(JSON.stringify({ type, title, status } satisfies Problem), {
    status,
    headers,
  });
}
