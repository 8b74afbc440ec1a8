import { selectCookies, selectQuery } from './cache';
import { type CacheBehavior, type ForwardedValues, type Origin, selects } from './distribution';
import type { EdgeRequest, EdgeResponse } from './exchange';
import { withoutSigningParameters } from './signing-parameters';

/**
 * Headers that belong to one connection, which no proxy forwards, and headers that CloudFront
 * removes.
 */
const UNFORWARDED_HEADERS = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'trailer',
  'expect',
  'x-real-ip',
]);

/** The request that an origin receives. Its answer may depend on all of these values. */
export interface OriginRequest {
  readonly origin: Origin;
  readonly method: string;
  /** Origin path and the viewer's path in raw form; nothing is normalised. */
  readonly rawPath: string;
  readonly rawQuery: string | undefined;
  /** Headers without `host`, which is always the host of the origin. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An origin's answer and the time that it took. */
export interface OriginAnswer {
  readonly response: EdgeResponse;
  readonly firstByteMilliseconds: number;
  readonly lastByteMilliseconds: number;
}

/** Returns true for a header that belongs to one connection. */
export function isConnectionHeader(name: string): boolean {
  return UNFORWARDED_HEADERS.has(name);
}

function selectHeaders(
  headers: EdgeRequest['headers'],
  values: readonly ForwardedValues[],
): Record<string, string> {
  const named = (headers['connection'] ?? '').toLowerCase().split(/\s*,\s*/);
  const selected = Object.entries(headers).filter(
    ([name]) =>
      name !== 'cookie' &&
      name !== 'host' &&
      name !== 'content-length' &&
      !isConnectionHeader(name) &&
      !named.includes(name) &&
      values.some((value) => selects(value.headers, name)),
  );
  return Object.fromEntries(selected);
}

/**
 * Returns the query for the origin: the parameters that the policies select, without the signing
 * parameters.
 */
function originQuery(request: EdgeRequest, behavior: CacheBehavior): string | undefined {
  const { queries } = behavior.originRequestPolicy;
  const selection = queries.choice === 'none' ? behavior.cachePolicy.queries : queries;
  const query = selectQuery(withoutSigningParameters(request.rawQuery), selection);
  return query === '' ? undefined : query;
}

function forwardedFor(request: EdgeRequest): string {
  const claimed = request.headers['x-forwarded-for'];
  return claimed === undefined ? request.clientIp : `${claimed}, ${request.clientIp}`;
}

/**
 * Builds the request for the origin: the raw path, the values that the policies select, and the
 * headers that CloudFront adds. A custom origin header replaces a header of the viewer with the
 * same name.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
 */
export function buildOriginRequest(
  request: EdgeRequest,
  behavior: CacheBehavior,
  { origin, revalidate }: { origin: Origin; revalidate?: string | undefined },
): OriginRequest {
  const values = [behavior.cachePolicy, behavior.originRequestPolicy];
  const selected = selectHeaders(request.headers, values);
  const cookie = selectCookies(
    request.headers['cookie'],
    values.map(({ cookies }) => cookies),
  );
  return {
    origin,
    method: request.method,
    rawPath: `${origin.originPath}${request.rawPath}`,
    rawQuery: originQuery(request, behavior),
    headers: {
      'user-agent': 'Amazon CloudFront',
      ...selected,
      ...(cookie !== undefined && { cookie }),
      ...(request.body.length > 0 && { 'content-length': String(request.body.length) }),
      'x-forwarded-for': forwardedFor(request),
      via: `${request.httpVersion} edgepass.local (CloudFront)`,
      ...(revalidate !== undefined && { 'if-none-match': revalidate }),
      ...origin.customHeaders,
    },
    body: request.body,
  };
}
