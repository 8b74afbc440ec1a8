import type { S3Client } from '@aws-sdk/client-s3';
import type { ProcessEnvironment } from '../aws/endpoints';
import { buildCacheKey, cacheTtlSeconds, EdgeCache } from './cache';
import type { CacheBehavior, Origin } from './distribution';
import { buildS3AccessDenied } from './error-pages';
import {
  refuse,
  singleHeader,
  type EdgeRequest,
  type EdgeResponse,
  type ResultType,
  type Step,
} from './exchange';
import { fetchFromOrigin } from './origin';
import { OriginAccess } from './origin-access';
import { presentObject } from './ranges';
import { applyResponseHeadersPolicy } from './response-headers';
import type { EdgeSwitches } from './switches';
import type { Place } from './viewer-checks';

const CACHED_METHODS: readonly string[] = ['GET', 'HEAD'];
/** Conditions and ranges are the viewer's; the object is fetched whole and they are applied to it here. */
const VIEWER_CONDITIONS: readonly string[] = [
  'range',
  'if-range',
  'if-none-match',
  'if-modified-since',
  'if-match',
  'if-unmodified-since',
];

export interface DeliverySettings {
  readonly s3: S3Client;
  /** Names the emulator's endpoints. */
  readonly environment: ProcessEnvironment;
  readonly switches: Pick<EdgeSwitches, 'cacheKeyPath'>;
  /** Milliseconds since the Unix epoch. */
  readonly nowMilliseconds: () => number;
}

interface Miss {
  readonly origin: Origin;
  readonly key: string;
  readonly stale: EdgeResponse | undefined;
}

/** Answers admitted requests from the cache or the origin, and applies the response headers policy. */
export class Delivery {
  readonly #settings: DeliverySettings;
  readonly #cache = new EdgeCache();
  readonly #originAccess: OriginAccess;

  constructor(settings: DeliverySettings) {
    this.#settings = settings;
    this.#originAccess = new OriginAccess(settings.s3);
  }

  /** Forgets every cached object, as an invalidation of `/*` does. */
  invalidateEverything(): void {
    this.#cache.clear();
  }

  /** Answers one request. @throws Error when the origin cannot be reached. */
  async serve(request: EdgeRequest, place: Place): Promise<Step> {
    const { distribution, behavior } = place;
    const origin = distribution.origins.get(behavior.originId);
    if (origin === undefined)
      throw new Error(`origin ${behavior.originId} is not in the distribution`);
    if (!isCacheable(request, behavior)) return this.#passThrough(request, behavior, origin);
    const key = buildCacheKey(request, behavior, this.#settings.switches);
    const found = this.#cache.lookUp(key, this.#nowSeconds());
    if (found.kind === 'fresh') {
      const step = present(request, behavior, { response: found.response, resultType: 'Hit' });
      return { ...step, response: withHeader(step.response, 'age', String(found.ageSeconds)) };
    }
    const stale = found.kind === 'stale' ? found.response : undefined;
    return this.#fetchObject(request, place, { origin, key, stale });
  }

  async #passThrough(request: EdgeRequest, behavior: CacheBehavior, origin: Origin): Promise<Step> {
    if (origin.kind === 's3') throw new Error('this edge does not write to buckets');
    const answer = await fetchFromOrigin(request, behavior, this.#target(origin));
    const { firstByteMilliseconds, lastByteMilliseconds } = answer;
    return {
      ...finish(withPolicy(answer.response, behavior, request), 'Miss'),
      originFirstByteMilliseconds: firstByteMilliseconds,
      originLastByteMilliseconds: lastByteMilliseconds,
    };
  }

  async #fetchObject(request: EdgeRequest, place: Place, miss: Miss): Promise<Step> {
    const { behavior, distribution } = place;
    if (!(await this.#bucketAllows('s3:GetObject', place, { ...miss, rawPath: request.rawPath }))) {
      const denied = refuse(buildS3AccessDenied(place.requestId), {
        layer: 'origin',
        reasons: ['bucket_policy'],
      });
      return { ...denied, response: withPolicy(denied.response, behavior, request) };
    }
    const answer = await fetchFromOrigin(
      wholeObject(request),
      behavior,
      this.#target(miss.origin, miss.stale),
    );
    const refreshed = miss.stale !== undefined && answer.response.status === 304;
    const fetched = refreshed ? miss.stale : answer.response;
    const response = await this.#asS3Answers(fetched, place, miss.origin);
    const ttlSeconds = cacheTtlSeconds(response, behavior.cachePolicy, distribution.errorResponses);
    this.#cache.store(miss.key, response, { nowSeconds: this.#nowSeconds(), ttlSeconds });
    const step = present(request, behavior, {
      response,
      resultType: refreshed ? 'RefreshHit' : 'Miss',
    });
    return {
      ...step,
      originFirstByteMilliseconds: answer.firstByteMilliseconds,
      originLastByteMilliseconds: answer.lastByteMilliseconds,
    };
  }

  #target(origin: Origin, stale?: EdgeResponse): Parameters<typeof fetchFromOrigin>[2] {
    const revalidate = stale === undefined ? undefined : singleHeader(stale, 'etag');
    return { origin, environment: this.#settings.environment, revalidate };
  }

  async #bucketAllows(
    action: string,
    { distribution }: Place,
    { origin, rawPath }: { origin: Origin; rawPath?: string },
  ): Promise<boolean> {
    if (origin.kind !== 's3') return true;
    const nowSeconds = this.#nowSeconds();
    return this.#originAccess.allows(action, {
      distribution,
      origin,
      nowSeconds,
      ...(rawPath !== undefined && { rawPath }),
    });
  }

  /** S3 tells a caller that may not list the bucket nothing of what is missing: 403 instead of 404. */
  async #asS3Answers(response: EdgeResponse, place: Place, origin: Origin): Promise<EdgeResponse> {
    if (origin.kind !== 's3' || response.status !== 404) return response;
    if (await this.#bucketAllows('s3:ListBucket', place, { origin })) return response;
    return buildS3AccessDenied(place.requestId);
  }

  #nowSeconds(): number {
    return this.#settings.nowMilliseconds() / 1_000;
  }
}

/** CachingDisabled and every method but GET and HEAD go to the origin as they came. */
function isCacheable(request: EdgeRequest, { cachePolicy }: CacheBehavior): boolean {
  return cachePolicy.maxTtlSeconds > 0 && CACHED_METHODS.includes(request.method);
}

function wholeObject(request: EdgeRequest): EdgeRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !VIEWER_CONDITIONS.includes(name)),
  );
  return { ...request, method: 'GET', headers };
}

function withHeader(response: EdgeResponse, name: string, value: string): EdgeResponse {
  return { ...response, headers: { ...response.headers, [name]: value } };
}

/** CloudFront drops `Set-Cookie` where a behavior forwards no cookies, so that no cookie is ever cached. */
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
  const kept = withoutUnforwardedCookies(response, behavior);
  return applyResponseHeadersPolicy(
    kept,
    behavior.responseHeadersPolicy,
    request.headers['origin'],
  );
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
