import http from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import type { TLSSocket } from 'node:tls';
import { LOCAL_REFUSAL_HEADER } from '#core/contract/headers';
import { LOOPBACK_ADDRESS } from '#core/contract/loopback';
import type { DistributionWatcher } from './distribution-watcher';
import { createRequestId, type Edge, type Outcome } from './edge';
import { buildErrorPage } from './error-pages';
import { type EdgeRequest, refuse, type RequestSink, type Step } from './exchange';

const BODY_BYTES_MAX = 1024 * 1024;
const EDGE_LOCATION = 'LCL50-P1';
/**
 * Maximum header size of Node's parser. It is larger than CloudFront's limit of 32,768 bytes, so
 * that the edge and not the parser refuses the request.
 */
const PARSER_HEADER_BYTES_MAX = 64 * 1024;
const NO_BEHAVIOR = '-';

/** Certificate and private key of the local edge, as PEM. */
export interface EdgeCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Settings for answering requests. */
export interface EdgeListenerSettings {
  readonly edge: Pick<Edge, 'handle'>;
  readonly watcher: Pick<DistributionWatcher, 'current'>;
  readonly sink: RequestSink;
  /** Milliseconds since the Unix epoch. */
  readonly nowMilliseconds: () => number;
  /**
   * Called after an internal error of the edge. The viewer's connection is closed without an
   * answer.
   */
  readonly onFailure: (error: unknown) => void;
}

export interface EdgeServerSettings extends EdgeListenerSettings {
  readonly port: number;
  /** The certificate for TLS. Without it, the edge serves plain HTTP. */
  readonly certificate?: EdgeCertificate;
}

/** A listening edge. */
export interface EdgeServer {
  stop(): Promise<void>;
}

/**
 * Joins repeated headers and keeps all of them. Node.js itself would keep only the first
 * `Authorization` header.
 */
function joinHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const joined = new Map<string, string>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = rawHeaders[at + 1] ?? '';
    const before = joined.get(name);
    const separator = name === 'cookie' ? '; ' : ', ';
    joined.set(name, before === undefined ? value : `${before}${separator}${value}`);
  }
  return Object.fromEntries(joined);
}

/** Reads the body of a request. Returns undefined if it is too large. */
async function readBody(incoming: http.IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Returning early must not close the connection, because the refusal still has to be written.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/**
 * Returns path and query of the request line, byte for byte. For the absolute form, scheme and
 * authority are separated.
 */
function splitTarget(
  target: string,
): Pick<EdgeRequest, 'rawPath' | 'rawQuery'> & { targetOrigin?: string } {
  const targetOrigin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(target)?.[0] ?? '';
  const [rawPath = '', ...query] = target.slice(targetOrigin.length).split('?');
  return {
    rawPath: rawPath === '' ? '/' : rawPath,
    rawQuery: query.length === 0 ? undefined : query.join('?'),
    ...(targetOrigin !== '' && { targetOrigin }),
  };
}

function toEdgeRequest(incoming: http.IncomingMessage, body: Buffer): EdgeRequest {
  const socket = incoming.socket as Partial<TLSSocket> & net.Socket;
  const headers = joinHeaders(incoming.rawHeaders);
  const encrypted = socket.encrypted === true;
  return {
    method: incoming.method ?? 'GET',
    protocol: encrypted ? 'https' : 'http',
    host: headers['host'] ?? '',
    ...splitTarget(incoming.url ?? '/'),
    headers,
    body,
    clientIp: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    clientPort: socket.remotePort ?? 0,
    httpVersion: incoming.httpVersion,
    ...(encrypted && {
      tls: { protocol: socket.getProtocol?.() ?? '', cipher: socket.getCipher?.().name ?? '' },
    }),
  };
}

const X_CACHE: Readonly<Partial<Record<Outcome['resultType'], string>>> = {
  Hit: 'Hit from cloudfront',
  RefreshHit: 'RefreshHit from cloudfront',
  Miss: 'Miss from cloudfront',
  Redirect: 'Redirect from cloudfront',
  FunctionGeneratedResponse: 'FunctionGeneratedResponse from cloudfront',
};

function edgeHeaders(outcome: Outcome): Record<string, string | readonly string[]> {
  const { refusal, response } = outcome;
  const madeHere = response.headers['server'] === undefined;
  const headers = Object.entries(response.headers).filter(([name]) => name !== 'content-length');
  return {
    ...Object.fromEntries(headers),
    // A 304 has no body, so it has no length of this body.
    ...(response.status !== 304 && { 'content-length': String(response.body.length) }),
    ...(madeHere && { server: 'CloudFront' }),
    'x-cache': X_CACHE[outcome.resultType] ?? 'Error from cloudfront',
    via: '1.1 edgepass.local (CloudFront)',
    'x-amz-cf-pop': EDGE_LOCATION,
    'x-amz-cf-id': outcome.requestId,
    // This header exists only at the local edge. CloudFront sends no such header.
    ...(refusal !== undefined && {
      [LOCAL_REFUSAL_HEADER]: `${refusal.layer}: ${refusal.reasons.join(', ').replace(/[^\x20-\x7e]/g, '?')}`,
    }),
  };
}

function headBytes(headers: Readonly<Record<string, string | readonly string[]>>): number {
  const separators = ': \r\n'.length;
  return Object.entries(headers)
    .flatMap(([name, value]) => [value].flat().map((one) => name.length + one.length + separators))
    .reduce((sum, bytes) => sum + bytes, 'HTTP/1.1 200 OK\r\n\r\n'.length);
}

function refusedUnseen(step: Step): Outcome {
  return {
    ...step,
    requestId: createRequestId(),
    pathPattern: NO_BEHAVIOR,
    logData: undefined,
  };
}

function tooLarge(): Outcome {
  const page = buildErrorPage(413, 'The request body is too large.');
  const response = { ...page, headers: { ...page.headers, connection: 'close' } };
  const refusal = { layer: 'size', reasons: ['body_too_large'] } as const;
  return refusedUnseen(refuse(response, refusal, 'InvalidRequest'));
}

function outOfService(error: unknown): Outcome {
  const reason = error instanceof Error ? error.message : 'the distribution is not known';
  const page = buildErrorPage(503, 'This edge cannot enforce what is deployed.');
  return refusedUnseen(refuse(page, { layer: 'distribution', reasons: [reason] }));
}

interface Timing {
  readonly startedAtMilliseconds: number;
  readonly started: number;
}

class ConnectionHandler {
  readonly #settings: EdgeListenerSettings;

  constructor(settings: EdgeListenerSettings) {
    this.#settings = settings;
  }

  async handle(incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> {
    const timing = {
      startedAtMilliseconds: this.#settings.nowMilliseconds(),
      started: performance.now(),
    };
    // What follows a CONNECT request belongs to the tunnel that it asks for, and is never read.
    const body = incoming.method === 'CONNECT' ? Buffer.alloc(0) : await readBody(incoming);
    const request = toEdgeRequest(incoming, body ?? Buffer.alloc(0));
    const outcome = body === undefined ? tooLarge() : await this.#decide(request);
    this.#write(request, outcome, { incoming, outgoing, timing });
  }

  async #decide(request: EdgeRequest): Promise<Outcome> {
    const { edge, watcher } = this.#settings;
    let distribution;
    try {
      distribution = watcher.current;
    } catch (error) {
      return outOfService(error);
    }
    return edge.handle(request, distribution);
  }

  #write(
    request: EdgeRequest,
    outcome: Outcome,
    connection: {
      incoming: http.IncomingMessage;
      outgoing: http.ServerResponse;
      timing: Timing;
    },
  ): void {
    const { incoming, outgoing, timing } = connection;
    const { response, detailedResultType, ...rest } = outcome;
    const headers = edgeHeaders(outcome);
    const body = request.method === 'HEAD' ? Buffer.alloc(0) : response.body;
    const firstByteMilliseconds = performance.now() - timing.started;
    const report = (): void => {
      const sent = outgoing.writableFinished;
      const rawHeaderBytes = incoming.rawHeaders.reduce((sum, part) => sum + part.length + 2, 0);
      this.#settings.sink({
        ...rest,
        startedAtMilliseconds: timing.startedAtMilliseconds,
        durationMilliseconds: performance.now() - timing.started,
        firstByteMilliseconds,
        originFirstByteMilliseconds: outcome.originFirstByteMilliseconds,
        originLastByteMilliseconds: outcome.originLastByteMilliseconds,
        request,
        response,
        requestBytes: (incoming.url?.length ?? 0) + rawHeaderBytes + request.body.length,
        responseBytes: sent ? headBytes(headers) + body.length : 0,
        detailedResultType: sent ? detailedResultType : 'ClientHungUpRequest',
        refusal: outcome.refusal,
      });
    };
    if (outgoing.destroyed || outgoing.closed) {
      report();
      return;
    }
    outgoing.once('close', report);
    outgoing.writeHead(response.status, headers as http.OutgoingHttpHeaders);
    outgoing.end(body);
  }
}

/**
 * Answers every request that an HTTP server receives with an edge, and passes every finished
 * request to the sink. Node.js reports CONNECT in an event of its own and closes the connection if
 * nobody listens. It is answered and logged like any other method that the behavior does not allow.
 */
export function serveEdge(
  server: http.Server | https.Server,
  settings: EdgeListenerSettings,
): void {
  const handler = new ConnectionHandler(settings);
  const answer = (incoming: http.IncomingMessage, outgoing: http.ServerResponse): void => {
    handler.handle(incoming, outgoing).catch((error: unknown) => {
      // If the viewer closes the connection before its request is complete, that is not an error of
      // the edge.
      if (incoming.complete) settings.onFailure(error);
      outgoing.destroy();
    });
  };
  server.on('request', answer);
  server.on('connect', (incoming: http.IncomingMessage, socket: net.Socket) => {
    const outgoing = new http.ServerResponse(incoming);
    outgoing.shouldKeepAlive = false;
    outgoing.assignSocket(socket);
    outgoing.once('finish', () => socket.end(() => socket.destroy()));
    socket.once('error', () => socket.destroy());
    answer(incoming, outgoing);
  });
}

/** Options of the edge's HTTP server. */
export const EDGE_SERVER_OPTIONS = { maxHeaderSize: PARSER_HEADER_BYTES_MAX } as const;

/** Starts the edge on a loopback port. */
export async function startEdgeServer(settings: EdgeServerSettings): Promise<EdgeServer> {
  const server =
    settings.certificate === undefined
      ? http.createServer(EDGE_SERVER_OPTIONS)
      : https.createServer({
          ...EDGE_SERVER_OPTIONS,
          cert: settings.certificate.certificate,
          key: settings.certificate.privateKey,
          minVersion: 'TLSv1.2',
        });
  serveEdge(server, settings);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, LOOPBACK_ADDRESS, resolve);
  });
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
