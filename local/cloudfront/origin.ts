import type http from 'node:http';
import type { Duplex } from 'node:stream';
import { endpointOf, type ProcessEnvironment } from '#aws/endpoints';
import { invokePreflight, isMistakenPreflight } from '../emulator/http-api-preflight';
import type { Origin } from './distribution';
import type { EdgeResponse } from './exchange';
import { answerWithin, sendToOrigin } from './origin-connection';
import { isConnectionHeader, type OriginAnswer, type OriginRequest } from './origin-request';
import { signForS3 } from './sign-origin-request';

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
 * Sends a request to an origin in the emulator, within the time-outs of the origin.
 *
 * @param createConnection - makes the connection; only tests pass it
 * @throws OriginTimeoutError when the emulator does not answer in time
 * @throws Error when the emulator cannot be reached
 */
export async function sendToEmulator(
  request: OriginRequest,
  environment: ProcessEnvironment,
  createConnection?: () => Duplex,
): Promise<OriginAnswer> {
  const { origin, method, rawPath, rawQuery, headers, body } = request;
  const destination = locateOrigin(origin, environment);
  const query = rawQuery === undefined ? '' : `?${rawQuery}`;
  const { endpoint } = destination;
  const target = `${pathAt(destination, rawPath)}${query}`;
  const signature =
    destination.kind === 's3' ? await signForS3({ endpoint, method, target }, environment) : {};
  const answer = await sendToOrigin(
    {
      endpoint,
      method,
      target,
      headers: { ...headers, ...signature, host: destination.hostHeader },
      body,
    },
    { limits: origin.limits, ...(createConnection !== undefined && { createConnection }) },
  );
  const { firstByteMilliseconds, lastByteMilliseconds } = answer;
  const response = isMistakenPreflight(method, answer.status, answer.body)
    ? await answerPreflight(request, destination, environment)
    : { ...answer, headers: originHeaders(answer.headers, destination) };
  const { status, headers: kept, body: content } = response;
  return {
    response: { status, headers: kept, body: content },
    firstByteMilliseconds,
    lastByteMilliseconds,
  };
}

function answerPreflight(
  { origin, rawPath, rawQuery = '', headers }: OriginRequest,
  { hostHeader }: Destination,
  environment: ProcessEnvironment,
): Promise<EdgeResponse> {
  const apiId = hostHeader.split('.')[0] ?? '';
  const invoked = invokePreflight({ apiId, rawPath, rawQuery, headers }, environment);
  return answerWithin(origin.limits.readSeconds, invoked);
}
