import http from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { DistributionWatcher } from './distribution-watcher';
import type { Edge, Outcome } from './edge';
import { buildErrorPage } from './error-pages';
import type { EdgeRequest, RequestSink } from './exchange';

const BODY_BYTES_MAX = 1024 * 1024;
const EDGE_LOCATION = 'LCL50-P1';
/** Beyond CloudFront's 32,768 bytes, so that it is the edge that refuses and not Node's parser. */
const PARSER_HEADER_BYTES_MAX = 64 * 1024;

/** Certificate and key of the local edge, as PEM. */
export interface EdgeCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface EdgeServerSettings {
  readonly edge: Edge;
  readonly watcher: DistributionWatcher;
  readonly sink: RequestSink;
  readonly port: number;
  /** Serves TLS with this certificate; plain HTTP without one. */
  readonly certificate?: EdgeCertificate;
  /** Milliseconds since the Unix epoch. */
  readonly nowMilliseconds: () => number;
}

/** A listening edge. */
export interface EdgeServer {
  stop(): Promise<void>;
}

/** Repeated headers are joined and none is dropped: Node itself would keep only the first `Authorization`. */
function joinHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const joined: Record<string, string> = {};
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = rawHeaders[at + 1] ?? '';
    const before = joined[name];
    joined[name] =
      before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`;
  }
  return joined;
}

async function readBody(incoming: http.IncomingMessage): Promise<Buffer | 'too-large'> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += (chunk as Buffer).length;
    if (bytes > BODY_BYTES_MAX) return 'too-large';
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** The path and query of a request line, byte for byte; an absolute form loses its scheme and host. */
function splitTarget(target: string): { rawPath: string; rawQuery: string | undefined } {
  const origin = /^https?:\/\/[^/?#]*/i.exec(target)?.[0] ?? '';
  const [rawPath = '', ...query] = target.slice(origin.length).split('?');
  return {
    rawPath: rawPath === '' ? '/' : rawPath,
    rawQuery: query.length === 0 ? undefined : query.join('?'),
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
  return {
    ...response.headers,
    'content-length': String(response.body.length),
    ...(madeHere && { server: 'CloudFront' }),
    'x-cache': X_CACHE[outcome.resultType] ?? 'Error from cloudfront',
    via: '1.1 edgepass.local (CloudFront)',
    'x-amz-cf-pop': EDGE_LOCATION,
    'x-amz-cf-id': outcome.requestId,
    // CloudFront says nothing of the kind: this header exists only at the local edge.
    ...(refusal !== undefined && {
      'x-edgepass-refusal': `${refusal.layer}: ${refusal.reasons.join(', ').replace(/[^\x20-\x7e]/g, '?')}`,
    }),
  };
}

function write(outgoing: http.ServerResponse, request: EdgeRequest, outcome: Outcome): void {
  const { response } = outcome;
  outgoing.writeHead(response.status, edgeHeaders(outcome) as http.OutgoingHttpHeaders);
  outgoing.end(request.method === 'HEAD' ? undefined : response.body);
}

class ConnectionHandler {
  readonly #settings: EdgeServerSettings;

  constructor(settings: EdgeServerSettings) {
    this.#settings = settings;
  }

  async handle(incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> {
    const startedAtMilliseconds = this.#settings.nowMilliseconds();
    const started = performance.now();
    const body = await readBody(incoming);
    if (body === 'too-large') {
      const { status, headers, body: page } = buildErrorPage(413, 'The request body is too large.');
      outgoing
        .writeHead(status, { ...headers, connection: 'close' } as http.OutgoingHttpHeaders)
        .end(page);
      return;
    }
    const request = toEdgeRequest(incoming, body);
    const outcome = await this.#settings.edge.handle(request, this.#settings.watcher.current);
    const firstByteMilliseconds = performance.now() - started;
    write(outgoing, request, outcome);
    outgoing.once('close', () => {
      this.#report({
        request,
        outcome,
        startedAtMilliseconds,
        started,
        firstByteMilliseconds,
        outgoing,
        incoming,
      });
    });
  }

  #report(finished: {
    request: EdgeRequest;
    outcome: Outcome;
    startedAtMilliseconds: number;
    started: number;
    firstByteMilliseconds: number;
    incoming: http.IncomingMessage;
    outgoing: http.ServerResponse;
  }): void {
    const { request, outcome, incoming, outgoing } = finished;
    const headerBytes = incoming.rawHeaders.reduce((sum, part) => sum + part.length + 2, 0);
    this.#settings.sink({
      requestId: outcome.requestId,
      startedAtMilliseconds: finished.startedAtMilliseconds,
      durationMilliseconds: performance.now() - finished.started,
      firstByteMilliseconds: finished.firstByteMilliseconds,
      originFirstByteMilliseconds: outcome.originFirstByteMilliseconds,
      originLastByteMilliseconds: outcome.originLastByteMilliseconds,
      request,
      response: outcome.response,
      requestBytes: (incoming.url?.length ?? 0) + headerBytes + request.body.length,
      responseBytes: outgoing.writableFinished ? outcome.response.body.length : 0,
      pathPattern: outcome.pathPattern,
      resultType: outcome.resultType,
      detailedResultType: outgoing.writableFinished
        ? outcome.detailedResultType
        : 'ClientHungUpRequest',
      refusal: outcome.refusal,
    });
  }
}

/** Starts the edge on a loopback port. */
export async function startEdgeServer(settings: EdgeServerSettings): Promise<EdgeServer> {
  const handler = new ConnectionHandler(settings);
  const onRequest: http.RequestListener = (incoming, outgoing) => {
    handler.handle(incoming, outgoing).catch(() => {
      outgoing.destroy();
    });
  };
  const options = { maxHeaderSize: PARSER_HEADER_BYTES_MAX };
  const server =
    settings.certificate === undefined
      ? http.createServer(options, onRequest)
      : https.createServer(
          {
            ...options,
            cert: settings.certificate.certificate,
            key: settings.certificate.privateKey,
            minVersion: 'TLSv1.2',
          },
          onRequest,
        );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, '127.0.0.1', resolve);
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
