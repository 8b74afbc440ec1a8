import { LRUCache } from 'lru-cache';
import { normalisePath } from '#core/policy/normalise-path';
import { type CacheBehavior, type CachePolicy, type ErrorResponse, selects } from './distribution';
import { type EdgeRequest, type EdgeResponse, singleHeader } from './exchange';
import { withoutSigningParameters } from './signing-parameters';
import type { EdgeSwitches } from './switches';

const ENTRIES_MAX = 2_000;
const BYTES_MAX = 256 * 1024 * 1024;
const ERROR_TTL_SECONDS_DEFAULT = 10;
/**
 * Status codes of errors that CloudFront always caches, and of those that it caches only if the
 * origin sends a max-age.
 */
const CACHED_ERRORS: readonly number[] = [404, 410, 414, 500, 501, 502, 503, 504];
const CACHED_ERRORS_WITH_AGE: readonly number[] = [400, 403, 405, 412, 415];

interface Entry {
  readonly response: EdgeResponse;
  readonly storedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

/**
 * The result of a cache lookup: nothing, a fresh object, or an old object that can be revalidated.
 */
export type CacheLookup =
  | { readonly kind: 'miss' }
  | {
      readonly kind: 'fresh' | 'stale';
      readonly response: EdgeResponse;
      readonly ageSeconds: number;
    };

/**
 * Cache of one edge location by cache key. When it is full, the least recently used objects are
 * removed.
 */
export class EdgeCache {
  readonly #entries = new LRUCache<string, Entry>({
    max: ENTRIES_MAX,
    maxSize: BYTES_MAX,
    maxEntrySize: BYTES_MAX / 4,
    // The cache library does not allow the size zero, so an answer without a body counts as one
    // byte.
    sizeCalculation: ({ response }) => Math.max(1, response.body.length),
  });

  readonly #fetching = new Map<string, Promise<unknown>>();

  lookUp(key: string, nowSeconds: number): CacheLookup {
    const entry = this.#entries.get(key);
    if (entry === undefined) return { kind: 'miss' };
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
    this.#entries.delete(key);
    if (lifetime.ttlSeconds <= 0) return;
    this.#entries.set(key, {
      response,
      storedAtSeconds: lifetime.nowSeconds,
      expiresAtSeconds: lifetime.nowSeconds + lifetime.ttlSeconds,
    });
  }

  /**
   * Returns a cache without the objects of some paths. What is being fetched now ends in this old
   * cache, so nobody gets it later.
   *
   * @param paths exact paths, or beginnings of paths that end in `*`
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
   */
  without(paths: readonly string[]): EdgeCache {
    const rest = new EdgeCache();
    // The library lists the newest first; the order decides what is removed when the cache is full.
    for (const [key, entry] of [...this.#entries.entries()].reverse()) {
      if (!paths.some((path) => isInvalidated(pathOfKey(key), path))) rest.#entries.set(key, entry);
    }
    return rest;
  }

  /** Returns the fetch of an object that is under way, if there is one. */
  fetching(key: string): Promise<unknown> | undefined {
    return this.#fetching.get(key);
  }

  /** Lets other requests wait for a fetch until it ends. Returns its result. */
  async share<Value>(key: string, fetch: Promise<Value>): Promise<Value> {
    this.#fetching.set(key, fetch);
    try {
      return await fetch;
    } finally {
      this.#fetching.delete(key);
    }
  }
}

function isInvalidated(cached: string, path: string): boolean {
  return path.endsWith('*') ? cached.startsWith(path.slice(0, -1)) : cached === path;
}

/** Returns the path in a cache key: see {@link buildCacheKey}. */
function pathOfKey(key: string): string {
  return String((JSON.parse(key) as readonly unknown[])[1]);
}

/** Returns the query parameters that a policy selects, in the order of the request. */
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

const COOKIE_SEPARATOR = /;\s*/;

/** Returns the cookies that a policy selects, in the order of the request. */
export function selectCookies(
  cookieHeader: string | undefined,
  selections: readonly CachePolicy['cookies'][],
): string | undefined {
  if (cookieHeader === undefined) return undefined;
  const kept = cookieHeader.split(COOKIE_SEPARATOR).filter((pair) => {
    const name = pair.split('=', 1)[0] ?? '';
    return selections.some((selection) => selects(selection, name));
  });
  return kept.length === 0 ? undefined : kept.join('; ');
}

/**
 * Returns the cookies for the cache key. Signed cookies are not part of it; CloudFront does not
 * cache a separate copy for each of them.
 */
function keyCookies(cookieHeader: string | undefined, { cookies }: CachePolicy): string {
  const selected = selectCookies(cookieHeader, [cookies]) ?? '';
  const own = selected.split('; ').filter((pair) => !/^CloudFront-/i.test(pair));
  return own.join('; ');
}

/**
 * Builds the cache key: host, path and everything that the cache policy adds. Values that only the
 * origin request policy forwards are not in it, as in CloudFront.
 */
export function buildCacheKey(
  request: EdgeRequest,
  { cachePolicy }: CacheBehavior,
  switches: Pick<EdgeSwitches, 'cacheKeyPath'>,
): string {
  const path = switches.cacheKeyPath === 'raw' ? request.rawPath : normalisePath(request.rawPath);
  const headers = Object.entries(request.headers)
    .filter(([name]) => name !== 'cookie' && selects(cachePolicy.headers, name))
    .sort();
  return JSON.stringify([
    request.host.toLowerCase(),
    path,
    selectQuery(withoutSigningParameters(request.rawQuery), cachePolicy.queries),
    headers,
    keyCookies(request.headers['cookie'], cachePolicy),
  ]);
}

function statedTtlSeconds(response: EdgeResponse, nowSeconds: number): number | undefined {
  const control = (singleHeader(response, 'cache-control') ?? '').toLowerCase();
  const stated =
    /(?:^|[\s,])s-maxage=(\d+)/.exec(control) ?? /(?:^|[\s,])max-age=(\d+)/.exec(control);
  if (stated !== null) return Number(stated[1]);
  const expires = singleHeader(response, 'expires');
  if (expires === undefined) return undefined;
  const expiresAt = Date.parse(expires) / 1_000;
  // "0" and other texts that are not a date mean that the answer is already expired (RFC 9111
  // section 5.3).
  return Number.isNaN(expiresAt) ? 0 : Math.max(0, expiresAt - nowSeconds);
}

/** The settings, apart from the answer itself, that decide how long an answer is cached. */
export interface CacheTtlSettings {
  readonly policy: CachePolicy;
  readonly errorResponses: readonly ErrorResponse[];
  readonly nowSeconds: number;
}

/**
 * Returns the seconds for which an answer of the origin is cached: by its own headers, within the
 * limits of the cache policy.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
export function cacheTtlSeconds(response: EdgeResponse, settings: CacheTtlSettings): number {
  const { policy, errorResponses, nowSeconds } = settings;
  const statedSeconds = statedTtlSeconds(response, nowSeconds);
  if (response.status >= 400) {
    const wanted = errorTtlSeconds(response.status, statedSeconds, errorResponses);
    return Math.min(wanted, Math.max(policy.maxTtlSeconds, ERROR_TTL_SECONDS_DEFAULT));
  }
  const control = (singleHeader(response, 'cache-control') ?? '').toLowerCase();
  if (/no-store|no-cache|private/.test(control)) return policy.minTtlSeconds;
  const wanted = statedSeconds ?? policy.defaultTtlSeconds;
  return Math.min(Math.max(wanted, policy.minTtlSeconds), policy.maxTtlSeconds);
}

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html */
function errorTtlSeconds(
  status: number,
  statedSeconds: number | undefined,
  errorResponses: readonly ErrorResponse[],
): number {
  if (CACHED_ERRORS_WITH_AGE.includes(status)) return statedSeconds ?? 0;
  if (!CACHED_ERRORS.includes(status)) return 0;
  const configured = errorResponses.find(({ errorCode }) => errorCode === status);
  const least = configured?.cachingMinTtlSeconds ?? ERROR_TTL_SECONDS_DEFAULT;
  return Math.max(statedSeconds ?? 0, least);
}
