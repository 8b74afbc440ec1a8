import http from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import { withoutSigningParameters } from './signing-parameters';
import { endpointOf, type ProcessEnvironment } from '../aws/endpoints';
import { invokePreflight, isMistakenPreflight } from '../aws/http-api-preflight';
import { selectQuery } from './cache';
import { selects, type CacheBehavior, type ForwardedValues, type Origin } from './distribution';
import type { EdgeRequest, EdgeResponse } from './exchange';

const ORIGIN_MILLISECONDS_MAX = 30_000;
const HOP_HEADERS = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'proxy-connection',
  'te',
  'trailer',
]);
/** An origin's answer and how long it took. */
export interface OriginAnswer {
  readonly response: EdgeResponse;
  readonly firstByteMilliseconds: number;
  readonly lastByteMilliseconds: number;
}

/** Where an origin's domain name really is, and the Host header that reaches it there. */
interface Destination {
  readonly kind: Origin['kind'];
  readonly endpoint: URL;
  readonly hostHeader: string;
  readonly pathPrefix: string;
}

/**
 * Maps AWS's host names to the emulator: S3 by path style, `*.execute-api.*` by its Host header. Any other
 * custom origin is refused: the local edge reaches nothing outside this machine.
 */
export function locateOrigin(origin: Origin, environment: ProcessEnvironment): Destination {
  const bucket = /^(.+)\.s3[.-][a-z0-9-]+\.amazonaws\.com$/.exec(origin.domainName)?.[1];
  if (origin.kind === 's3' && bucket !== undefined) {
    const endpoint = endpointOf(environment, 'S3');
    return { kind: 's3', endpoint, hostHeader: endpoint.host, pathPrefix: `/${bucket}` };
  }
  const api = /^([a-z0-9]+)\.execute-api\./.exec(origin.domainName)?.[1];
  if (api !== undefined) {
    const endpoint = endpointOf(environment, 'APIGATEWAYV2');
    return {
      kind: 'custom',
      endpoint,
      hostHeader: `${api}.execute-api.${endpoint.host}`,
      pathPrefix: '',
    };
  }
  throw new Error(
    `origin ${origin.id}: ${origin.domainName} is neither a bucket nor an HTTP API of the emulator`,
  );
}

/** The bucket of an S3 origin. */
export function bucketOf(origin: Origin): string {
  return origin.domainName.split('.s3')[0] ?? '';
}

function forwardedCookies(
  cookieHeader: string | undefined,
  values: readonly ForwardedValues[],
): string | undefined {
  if (cookieHeader === undefined) return undefined;
  const kept = cookieHeader
    .split(/;\s*/)
    .filter((pair) => values.some(({ cookies }) => selects(cookies, pair.split('=', 1)[0] ?? '')));
  return kept.length === 0 ? undefined : kept.join('; ');
}

/** Headers of the origin request: what the policies select, then what CloudFront itself adds. */
function originHeaders(
  request: EdgeRequest,
  behavior: CacheBehavior,
  origin: Origin,
): Record<string, string> {
  const values = [behavior.cachePolicy, behavior.originRequestPolicy];
  const selected = Object.entries(request.headers).filter(
    ([name]) =>
      name !== 'cookie' &&
      name !== 'host' &&
      !HOP_HEADERS.has(name) &&
      values.some(({ headers }) => selects(headers, name)),
  );
  const cookie = forwardedCookies(request.headers['cookie'], values);
  return {
    ...Object.fromEntries(selected),
    ...(cookie !== undefined && { cookie }),
    ...(request.body.length > 0 && { 'content-length': String(request.body.length) }),
    'user-agent': selectsUserAgent(values, request) ?? 'Amazon CloudFront',
    'x-forwarded-for': request.clientIp,
    via: `${request.httpVersion} edgepass.local (CloudFront)`,
    ...origin.customHeaders,
  };
}

function selectsUserAgent(
  values: readonly ForwardedValues[],
  request: EdgeRequest,
): string | undefined {
  return values.some(({ headers }) => selects(headers, 'user-agent'))
    ? request.headers['user-agent']
    : undefined;
}

/** The query that the origin gets: what the policies select, without the signing parameters. */
function originQuery(request: EdgeRequest, behavior: CacheBehavior): string {
  const { queries } = behavior.originRequestPolicy;
  const selection = queries.choice === 'none' ? behavior.cachePolicy.queries : queries;
  const query = selectQuery(withoutSigningParameters(request.rawQuery), selection);
  return query === '' ? '' : `?${query}`;
}

interface Send {
  readonly destination: Destination;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

async function send({ destination, method, path, headers, body }: Send): Promise<OriginAnswer> {
  const started = performance.now();
  const { endpoint } = destination;
  const client = endpoint.protocol === 'https:' ? https : http;
  // `path` goes out byte for byte: the URL classes would resolve dot segments.
  const incoming = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const outgoing = client.request(
      {
        host: endpoint.hostname,
        port: endpoint.port,
        method,
        path,
        headers: { ...headers, host: destination.hostHeader },
        timeout: ORIGIN_MILLISECONDS_MAX,
      },
      resolve,
    );
    outgoing.once('error', reject);
    outgoing.once('timeout', () =>
      outgoing.destroy(new Error('the origin did not answer in time')),
    );
    outgoing.end(body.length > 0 ? body : undefined);
  });
  const firstByteMilliseconds = performance.now() - started;
  const content = await buffer(incoming);
  return {
    response: {
      status: incoming.statusCode ?? 502,
      headers: responseHeaders(incoming, destination),
      body: content,
    },
    firstByteMilliseconds,
    lastByteMilliseconds: performance.now() - started,
  };
}

/** The emulator's S3 opens every answer to every web page (CORS) and adds ids of its own; S3 does neither. */
const EMULATOR_HEADER = /^(?:access-control-|x-amzn-)/;

function responseHeaders(
  incoming: http.IncomingMessage,
  { kind }: Destination,
): EdgeResponse['headers'] {
  return Object.fromEntries(
    Object.entries(incoming.headers).filter(
      (entry): entry is [string, string | string[]] =>
        entry[1] !== undefined &&
        !HOP_HEADERS.has(entry[0]) &&
        !(kind === 's3' && EMULATOR_HEADER.test(entry[0])),
    ),
  );
}

/** Sends a request to its origin as CloudFront would: raw path, selected values, the origin's own Host. */
export async function fetchFromOrigin(
  request: EdgeRequest,
  behavior: CacheBehavior,
  target: { origin: Origin; environment: ProcessEnvironment; revalidate: string | undefined },
): Promise<OriginAnswer> {
  const { origin, environment, revalidate } = target;
  const destination = locateOrigin(origin, environment);
  const rawPath = `${origin.originPath}${request.rawPath}`;
  const query = originQuery(request, behavior);
  const headers = {
    ...originHeaders(request, behavior, origin),
    ...(revalidate !== undefined && { 'if-none-match': revalidate }),
  };
  const path = `${destination.pathPrefix}${rawPath}${query}`;
  const answer = await send({
    destination,
    method: request.method,
    path,
    headers,
    body: request.body,
  });
  if (!isMistakenPreflight(request.method, answer.response.status, answer.response.body))
    return answer;
  const apiId = destination.hostHeader.split('.')[0] ?? '';
  const response = await invokePreflight(
    { apiId, rawPath, rawQuery: query.slice(1), headers },
    environment,
  );
  return { ...answer, response };
}
