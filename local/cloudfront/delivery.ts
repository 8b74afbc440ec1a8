import { buildCacheKey, cacheTtlSeconds, EdgeCache } from './cache';
import type { CacheBehavior, Origin } from './distribution';
import { buildS3AccessDenied } from './error-pages';
import {
  type EdgeRequest,
  type EdgeResponse,
  refuse,
  type ResultType,
  singleHeader,
  type Step,
} from './exchange';
import { type AccessTarget, OriginAccess } from './origin-access';
import type { OriginBackend } from './origin-backend';
import { buildOriginRequest } from './origin-request';
import { presentObject } from './ranges';
import { applyResponseHeadersPolicy } from './response-headers';
import type { EdgeSwitches } from './switches';
import type { Place } from './viewer-checks';

const READING: readonly string[] = ['GET', 'HEAD'];
/**
 * Request headers for conditions and ranges. They are not sent to the origin: the whole object is
 * fetched, and they are applied here.
 */
const VIEWER_CONDITIONS: readonly string[] = [
  'range',
  'if-range',
  'if-none-match',
  'if-modified-since',
  'if-match',
  'if-unmodified-since',
];
/** Headers that a 304 answer of the origin can update in a cached object. */
const REFRESHED_HEADERS: readonly string[] = ['cache-control', 'expires', 'date', 'last-modified'];

export interface DeliverySettings {
  readonly backend: OriginBackend;
  readonly switches: Pick<EdgeSwitches, 'cacheKeyPath'>;
  /** Milliseconds since the Unix epoch. */
  readonly nowMilliseconds: () => number;
}

interface Miss {
  readonly cache: EdgeCache;
  readonly origin: Origin;
  readonly key: string;
  readonly stale: EdgeResponse | undefined;
}

/**
 * Answers accepted requests from the cache or the origin and applies the response headers policy.
 */
export class Delivery {
  readonly #settings: DeliverySettings;
  #cache = new EdgeCache();
  readonly #originAccess: OriginAccess;

  constructor(settings: DeliverySettings) {
    this.#settings = settings;
    this.#originAccess = new OriginAccess(settings.backend);
  }

  /** Removes every object from the cache, like an invalidation of `/*`. */
  invalidateEverything(): void {
    // What is being fetched now ends in the old cache, so nobody gets it later.
    this.#cache = new EdgeCache();
  }

  /** Removes the objects of an invalidation from the cache. */
  invalidate(paths: readonly string[]): void {
    this.#cache = this.#cache.without(paths);
  }

  /** Answers one request. @throws Error when the origin cannot be reached */
  async serve(request: EdgeRequest, place: Place): Promise<Step> {
    const { distribution, behavior } = place;
    const origin = distribution.origins.get(behavior.originId);
    if (origin === undefined)
      throw new Error(`origin ${behavior.originId} is not in the distribution`);
    const reads = READING.includes(request.method);
    if (origin.kind === 's3' && !reads) return this.#refuseS3(request, place, 'writes_nothing');
    if (!reads || (origin.kind === 'custom' && behavior.cachePolicy.maxTtlSeconds === 0))
      return this.#passThrough(request, behavior, origin);
    const key = buildCacheKey(request, behavior, this.#settings.switches);
    const wanted = { cache: this.#cache, origin, key };
    if (behavior.cachePolicy.maxTtlSeconds === 0)
      return this.#fetchObject(request, place, { ...wanted, stale: undefined });
    return this.#serveObject(request, place, wanted);
  }

  /**
   * Answers from the cache, or fetches the object. While one request fetches an object, others for
   * the same cache key wait for it and share the object, or the failure of the origin. What may not
   * be cached is not shared: each of them then asks the origin itself.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html "Simultaneous requests for the same object"
   */
  async #serveObject(
    request: EdgeRequest,
    place: Place,
    wanted: Omit<Miss, 'stale'>,
  ): Promise<Step> {
    const { cache, key } = wanted;
    const known = cache.lookUp(key, this.#nowSeconds());
    const fetching = known.kind === 'fresh' ? undefined : cache.fetching(key);
    if (fetching !== undefined) await fetching;
    const found = fetching === undefined ? known : cache.lookUp(key, this.#nowSeconds());
    if (found.kind === 'fresh') {
      const cached = { response: found.response, resultType: 'Hit' } as const;
      const step = present(request, place.behavior, cached);
      return { ...step, response: withHeader(step.response, 'age', String(found.ageSeconds)) };
    }
    const stale = found.kind === 'stale' ? found.response : undefined;
    const fetched = this.#fetchObject(request, place, { ...wanted, stale });
    return fetching === undefined ? cache.share(key, fetched) : fetched;
  }

  async #passThrough(request: EdgeRequest, behavior: CacheBehavior, origin: Origin): Promise<Step> {
    const answer = await this.#settings.backend.send(
      buildOriginRequest(request, behavior, { origin }),
    );
    const { firstByteMilliseconds, lastByteMilliseconds } = answer;
    const response = withoutUnforwardedCookies(answer.response, behavior);
    return {
      ...finish(withPolicy(response, behavior, request), 'Miss'),
      originFirstByteMilliseconds: firstByteMilliseconds,
      originLastByteMilliseconds: lastByteMilliseconds,
    };
  }

  async #fetchObject(request: EdgeRequest, place: Place, miss: Miss): Promise<Step> {
    const { behavior } = place;
    const target = this.#target(place, miss.origin);
    const isBucket = miss.origin.kind === 's3';
    if (isBucket && !(await this.#originAccess.allowsObject(request.rawPath, target)))
      return this.#refuseS3(request, place, 'bucket_policy');
    const revalidate = miss.stale === undefined ? undefined : singleHeader(miss.stale, 'etag');
    const answer = await this.#settings.backend.send(
      buildOriginRequest(wholeObject(request), behavior, { origin: miss.origin, revalidate }),
    );
    const refreshed = miss.stale !== undefined && answer.response.status === 304;
    const fetched = refreshed ? refreshObject(miss.stale, answer.response) : answer.response;
    if (isBucket && !(await this.#originAccess.allowsDecrypt(fetched, target)))
      return this.#refuseS3(request, place, 'key_policy');
    const known = isBucket ? await this.#asS3Answers(fetched, place, target) : fetched;
    const response = withoutUnforwardedCookies(known, behavior);
    this.#store(response, place, miss);
    const resultType = refreshed ? 'RefreshHit' : 'Miss';
    return {
      ...present(request, behavior, { response, resultType }),
      originFirstByteMilliseconds: answer.firstByteMilliseconds,
      originLastByteMilliseconds: answer.lastByteMilliseconds,
    };
  }

  #store(response: EdgeResponse, { behavior, distribution }: Place, { cache, key }: Miss): void {
    const nowSeconds = this.#nowSeconds();
    const ttlSeconds = cacheTtlSeconds(response, {
      policy: behavior.cachePolicy,
      errorResponses: distribution.errorResponses,
      nowSeconds,
    });
    cache.store(key, response, { nowSeconds, ttlSeconds });
  }

  #refuseS3(request: EdgeRequest, { behavior, requestId }: Place, reason: string): Step {
    const denied = buildS3AccessDenied(requestId);
    return refuse(withPolicy(denied, behavior, request), { layer: 'origin', reasons: [reason] });
  }

  #target({ distribution }: Place, origin: Origin): AccessTarget {
    return { distribution, origin, nowSeconds: this.#nowSeconds() };
  }

  /** Changes 404 to 403, as S3 does for a caller without permission to list the bucket. */
  async #asS3Answers(
    response: EdgeResponse,
    { requestId }: Place,
    target: AccessTarget,
  ): Promise<EdgeResponse> {
    if (response.status !== 404 || (await this.#originAccess.allowsList(target))) return response;
    return buildS3AccessDenied(requestId);
  }

  #nowSeconds(): number {
    return this.#settings.nowMilliseconds() / 1_000;
  }
}

function wholeObject(request: EdgeRequest): EdgeRequest {
  const headers = Object.entries(request.headers).filter(
    ([name]) => !VIEWER_CONDITIONS.includes(name),
  );
  return { ...request, method: 'GET', headers: Object.fromEntries(headers) };
}

function refreshObject(stale: EdgeResponse, notModified: EdgeResponse): EdgeResponse {
  const renewed = Object.entries(notModified.headers).filter(([name]) =>
    REFRESHED_HEADERS.includes(name),
  );
  return { ...stale, headers: { ...stale.headers, ...Object.fromEntries(renewed) } };
}

function withHeader(response: EdgeResponse, name: string, value: string): EdgeResponse {
  return { ...response, headers: { ...response.headers, [name]: value } };
}

/**
 * Removes `Set-Cookie` if the behavior does not forward cookies, as CloudFront does. So no cookie
 * is ever cached.
 */
function withoutUnforwardedCookies(response: EdgeResponse, behavior: CacheBehavior): EdgeResponse {
  const forwards = [behavior.cachePolicy, behavior.originRequestPolicy].some(
    ({ cookies }) => cookies.choice !== 'none',
  );
  if (forwards) return response;
  const headers = Object.entries(response.headers).filter(([name]) => name !== 'set-cookie');
  return { ...response, headers: Object.fromEntries(headers) };
}

function withPolicy(
  response: EdgeResponse,
  behavior: CacheBehavior,
  request: EdgeRequest,
): EdgeResponse {
  const { responseHeadersPolicy } = behavior;
  return applyResponseHeadersPolicy(response, responseHeadersPolicy, request.headers['origin']);
}

function present(
  request: EdgeRequest,
  behavior: CacheBehavior,
  found: { response: EdgeResponse; resultType: ResultType },
): Step {
  const response = withPolicy(presentObject(request, found.response), behavior, request);
  return finish(response, found.resultType);
}

function finish(response: EdgeResponse, resultType: ResultType): Step {
  if (response.status < 400) return { response, resultType, detailedResultType: resultType };
  return refuse(response, { layer: 'origin', reasons: [`origin_answered_${response.status}`] });
}
