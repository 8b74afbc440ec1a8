import { normalisePath } from '../../core/policy/normalise-path';
import { selects, type CacheBehavior, type CachePolicy, type ErrorResponse } from './distribution';
import { singleHeader, type EdgeRequest, type EdgeResponse } from './exchange';
import type { EdgeSwitches } from './switches';

const ENTRIES_MAX = 2_000;
const BYTES_MAX = 256 * 1024 * 1024;
const ERROR_TTL_SECONDS_DEFAULT = 10;
/** Errors that CloudFront caches by itself; a 403 only when the origin gives it an age. */
const CACHED_ERRORS: readonly number[] = [404, 405, 410, 414, 416, 500, 501, 502, 503, 504];

interface Entry {
  readonly response: EdgeResponse;
  readonly storedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

/** What a lookup found: nothing, a fresh object, or a stale one that may be revalidated. */
export type CacheLookup =
  | { readonly kind: 'miss' }
  | {
      readonly kind: 'fresh' | 'stale';
      readonly response: EdgeResponse;
      readonly ageSeconds: number;
    };

/** Objects of one edge location by cache key; the least recently used leave first. */
export class EdgeCache {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  lookUp(key: string, nowSeconds: number): CacheLookup {
    const entry = this.#entries.get(key);
    if (entry === undefined) return { kind: 'miss' };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return {
      kind: nowSeconds < entry.expiresAtSeconds ? 'fresh' : 'stale',
      response: entry.response,
      ageSeconds: Math.max(0, Math.floor(nowSeconds - entry.storedAtSeconds)),
    };
  }

  store(
    key: string,
    response: EdgeResponse,
    lifetime: { nowSeconds: number; ttlSeconds: number },
  ): void {
    this.#remove(key);
    if (lifetime.ttlSeconds <= 0 || response.body.length > BYTES_MAX / 4) return;
    this.#entries.set(key, {
      response,
      storedAtSeconds: lifetime.nowSeconds,
      expiresAtSeconds: lifetime.nowSeconds + lifetime.ttlSeconds,
    });
    this.#bytes += response.body.length;
    while (this.#entries.size > ENTRIES_MAX || this.#bytes > BYTES_MAX) {
      const [oldest] = this.#entries.keys();
      if (oldest === undefined) return;
      this.#remove(oldest);
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.response.body.length;
  }
}

/** Query parameters of a request that a policy selects, in the order in which they came. */
export function selectQuery(
  rawQuery: string | undefined,
  selection: CachePolicy['queries'],
): string {
  if (rawQuery === undefined) return '';
  return rawQuery
    .split('&')
    .filter((pair) => selects(selection, pair.split('=', 1)[0] ?? ''))
    .join('&');
}

/** The cache key: host, path and whatever the cache policy adds; cookies never count separately by value. */
export function buildCacheKey(
  request: EdgeRequest,
  { cachePolicy }: CacheBehavior,
  switches: Pick<EdgeSwitches, 'cacheKeyPath'>,
): string {
  const path = switches.cacheKeyPath === 'raw' ? request.rawPath : normalisePath(request.rawPath);
  const headers = Object.entries(request.headers)
    .filter(([name]) => selects(cachePolicy.headers, name))
    .sort();
  return JSON.stringify([
    request.host,
    path,
    selectQuery(request.rawQuery, cachePolicy.queries),
    headers,
  ]);
}

/** Seconds for which an origin's answer is kept, by its own headers within the cache policy's limits. */
export function cacheTtlSeconds(
  response: EdgeResponse,
  policy: CachePolicy,
  errorResponses: readonly ErrorResponse[],
): number {
  const control = (singleHeader(response, 'cache-control') ?? '').toLowerCase();
  const stated =
    /(?:^|[\s,])s-maxage=(\d+)/.exec(control) ?? /(?:^|[\s,])max-age=(\d+)/.exec(control);
  const statedSeconds = stated === null ? undefined : Number(stated[1]);
  if (response.status >= 400)
    return errorTtlSeconds(response.status, statedSeconds, errorResponses);
  if (/no-store|no-cache|private/.test(control)) return policy.minTtlSeconds;
  const wanted = statedSeconds ?? policy.defaultTtlSeconds;
  return Math.min(Math.max(wanted, policy.minTtlSeconds), policy.maxTtlSeconds);
}

function errorTtlSeconds(
  status: number,
  statedSeconds: number | undefined,
  errorResponses: readonly ErrorResponse[],
): number {
  if (!CACHED_ERRORS.includes(status)) return status === 403 ? (statedSeconds ?? 0) : 0;
  const configured = errorResponses.find(({ errorCode }) => errorCode === status);
  return statedSeconds ?? configured?.cachingMinTtlSeconds ?? ERROR_TTL_SECONDS_DEFAULT;
}
