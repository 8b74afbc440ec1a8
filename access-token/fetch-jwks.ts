import { LOOPBACK_HOST } from '#core/contract/loopback';
import { InputError } from '#core/errors';

/** The part of `fetch` that is used. Tests and other runtimes can pass their own function. */
export type FetchLike = (
  url: string,
  init: { redirect: 'manual'; signal: AbortSignal; headers: Record<string, string> },
) => Promise<Response>;

/**
 * Limits of one JWKS request (J-13). Bytes are counted after decompression, so a small compressed
 * body cannot become a large one.
 */
export const JWKS_FETCH_LIMITS = { timeoutMilliseconds: 1_500, bodyBytesMax: 100 * 1024 } as const;

export type JwksFetchLimits = Readonly<Record<keyof typeof JWKS_FETCH_LIMITS, number>>;

/** A key set could not be fetched. The message says why. */
export class JwksFetchError extends Error {
  override readonly name = 'JwksFetchError';
  readonly code = 'ERR_JWKS_FETCH';
}

/**
 * Checks the URL of a key set (J-12). It must come from configuration. Plain HTTP is allowed only
 * for loopback hosts in a local environment.
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
      // If the URL has a user part, it may contain a password, so the URL is not shown.
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
 * Fetches one JWKS document. Only status 200 is accepted, redirects are not followed, and time and
 * size are limited.
 *
 * SyntaxError} for every failure; the caller then waits before it tries again
 *
 * @throws {JwksFetchError
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
  // The race also ends the request if a `fetch` implementation ignores its abort signal.
  return await Promise.race([read(), abortedBy(signal)]);
}
