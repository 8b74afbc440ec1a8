import http from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import { endpointOf, type ProcessEnvironment } from '#aws/endpoints';
import { invokePreflight, isMistakenPreflight } from '../emulator/http-api-preflight';
import type { Origin } from './distribution';
import type { EdgeResponse } from './exchange';
import { isConnectionHeader, type OriginAnswer, type OriginRequest } from './origin-request';

const ORIGIN_MILLISECONDS_MAX = 30_000;
const BUCKET_HOST = /^(?<bucket>.+)\.s3[.-][a-z0-9-]+\.amazonaws\.com$/;
const API_HOST = /^(?<api>[a-z0-9]+)\.execute-api\./;

/** The real address of an origin on this machine, and the Host header to send. */
export interface Destination {
  readonly kind: Origin['kind'];
  readonly endpoint: URL;
  readonly hostHeader: string;
  readonly pathPrefix: string;
}

/**
 * Returns the bucket of an S3 origin. Returns undefined if its domain name is not that of a bucket.
 */
export function bucketOf({ kind, domainName }: Origin): string | undefined {
  return kind === 's3' ? BUCKET_HOST.exec(domainName)?.groups?.['bucket'] : undefined;
}

/**
 * Finds the emulator's address for an AWS host name: path-style URLs for S3, and the Host header
 * for `*.execute-api.*`. Any other custom origin is refused, because the local edge must not
 * connect to other machines.
 */
export function locateOrigin(origin: Origin, environment: ProcessEnvironment): Destination {
  const bucket = bucketOf(origin);
  if (bucket !== undefined) {
    const endpoint = endpointOf(environment, 'S3');
    return { kind: 's3', endpoint, hostHeader: endpoint.host, pathPrefix: `/${bucket}` };
  }
  const api =
    origin.kind === 'custom' ? API_HOST.exec(origin.domainName)?.groups?.['api'] : undefined;
  if (api !== undefined) {
    const endpoint = endpointOf(environment, 'APIGATEWAYV2');
    const hostHeader = `${api}.execute-api.${endpoint.host}`;
    return { kind: 'custom', endpoint, hostHeader, pathPrefix: '' };
  }
  throw new Error(
    `origin ${origin.id}: ${origin.domainName} is neither a bucket nor an HTTP API of the emulator`,
  );
}

/**
 * Returns the path for the emulator, with every character as the viewer wrote it except `+` in the
 * path of an object. S3 reads it as a space, and the emulators' S3 takes it for a plus, so it is
 * written as the space that it is.
 */
export function pathAt(destination: Destination, rawPath: string): string {
  const path = destination.kind === 's3' ? rawPath.replaceAll('+', '%20') : rawPath;
  return `${destination.pathPrefix}${path}`;
}

async function send(
  { method, rawPath, rawQuery, headers, body }: OriginRequest,
  destination: Destination,
): Promise<OriginAnswer> {
  const started = performance.now();
  const { endpoint } = destination;
  const client = endpoint.protocol === 'https:' ? https : http;
  const query = rawQuery === undefined ? '' : `?${rawQuery}`;
  const incoming = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const outgoing = client.request(
      {
        host: endpoint.hostname,
        port: endpoint.port,
        method,
        // A text and no URL object, which would resolve dot segments.
        path: `${pathAt(destination, rawPath)}${query}`,
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
      headers: originHeaders(incoming.headers, destination),
      body: content,
    },
    firstByteMilliseconds,
    lastByteMilliseconds: performance.now() - started,
  };
}

/**
 * Headers that the emulator's S3 adds to every answer and real S3 does not: CORS headers and
 * additional ids.
 */
const EMULATOR_HEADER = /^(?:access-control-|x-amzn-)/;

/**
 * Returns the headers of an origin's answer that are passed on. Headers of the connection and of
 * the emulator are removed.
 */
export function originHeaders(
  headers: http.IncomingHttpHeaders,
  { kind }: Pick<Destination, 'kind'>,
): EdgeResponse['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] =>
        entry[1] !== undefined &&
        !isConnectionHeader(entry[0]) &&
        !(kind === 's3' && EMULATOR_HEADER.test(entry[0])),
    ),
  );
}

/**
 * Sends a request to an origin in the emulator. @throws Error when the emulator cannot be reached
 */
export async function sendToEmulator(
  request: OriginRequest,
  environment: ProcessEnvironment,
): Promise<OriginAnswer> {
  const destination = locateOrigin(request.origin, environment);
  const answer = await send(request, destination);
  if (!isMistakenPreflight(request.method, answer.response.status, answer.response.body))
    return answer;
  const response = await invokePreflight(
    {
      apiId: destination.hostHeader.split('.')[0] ?? '',
      rawPath: request.rawPath,
      rawQuery: request.rawQuery ?? '',
      headers: request.headers,
    },
    environment,
  );
  return { ...answer, response };
}
