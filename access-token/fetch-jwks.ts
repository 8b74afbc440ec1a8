import { LOOPBACK_HOST } from '#core/contract/loopback';
import { InputError } from '#core/errors';

/** The part of the platform's `fetch` that is used; tests and other runtimes bring their own. */
export type FetchLike = (
  url: string,
  init: { redirect: 'manual'; signal: AbortSignal; headers: Record<string, string> },
) => Promise<Response>;

/** J-13. Bytes are counted after decompression, so a small body cannot unfold into a large one. */
export const JWKS_FETCH_LIMITS = { timeoutMilliseconds: 1_500, bodyBytesMax: 100 * 1024 } as const;

export type JwksFetchLimits = Readonly<Record<keyof typeof JWKS_FETCH_LIMITS, number>>;

/** Why a key set could not be fetched: an answer, never a reason to go on. */
export class JwksFetchError extends Error {
  override readonly name = 'JwksFetchError';
  readonly code = 'ERR_JWKS_FETCH';
}

/**
 * J-12: the URL comes from configuration only; plain HTTP is for loopback in a local environment.
 *
 * @throws {InputError} ERR_JWKS_URL
 */
export function parseJwksUrl(
  text: string,
  { allowLoopbackHttp }: { allowLoopbackHttp: boolean },
): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe =
    url?.protocol === 'https:' ||
    (allowLoopbackHttp && url?.protocol === 'http:' && LOOPBACK_HOST.test(url.hostname));
  if (!isSafe || url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new InputError({
      code: 'ERR_JWKS_URL',
      field: 'jwksUrl',
      allowed: `an https URL${allowLoopbackHttp ? ', or http on loopback' : ''}, without user and fragment`,
      // A URL with a user may hold a password: then none of it is shown.
      ...(!text.includes('@') && { received: text }),
    });
  }
  return url.href;
}

async function readLimited(response: Response, bodyBytesMax: number): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    bytes += chunk.value.length;
    if (bytes > bodyBytesMax) {
      await reader.cancel();
      throw new JwksFetchError(`the key set is larger than ${bodyBytesMax} bytes`);
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
  return text + decoder.decode();
}

const abortedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new JwksFetchError('the key set did not arrive in time'));
    });
  });

/**
 * Fetches one JWKS document: status 200 only, redirects not followed, bounded in time and size.
 *
 * @throws {JwksFetchError | SyntaxError} whatever went wrong; the caller backs off
 */
export async function fetchJwks(
  jwksUrl: string,
  fetch: FetchLike,
  limits: JwksFetchLimits,
): Promise<unknown> {
  const signal = AbortSignal.timeout(limits.timeoutMilliseconds);
  const read = async (): Promise<unknown> => {
    const response = await fetch(jwksUrl, {
      redirect: 'manual',
      signal,
      headers: { accept: 'application/json' },
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new JwksFetchError(`the key set answered with status ${response.status}`);
    }
    return JSON.parse(await readLimited(response, limits.bodyBytesMax)) as unknown;
  };
  // A fetch that ignores its signal must not hold the request either.
  return await Promise.race([read(), abortedBy(signal)]);
}
