import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { OriginLimits } from './distribution';
import { isConnectionRefused, OriginTimeoutError } from './origin-failure';

/** What is sent to an address. */
export interface OutgoingRequest {
  readonly endpoint: URL;
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly target: string;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** An answer as it came, and the time that it took in milliseconds. */
export interface IncomingAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly firstByteMilliseconds: number;
  readonly lastByteMilliseconds: number;
}

/** The limits of an origin, and how it is connected to. */
export interface OriginConnection {
  readonly limits: OriginLimits;
  /** Makes the connection. @default - a TCP or TLS connection to the endpoint */
  readonly createConnection?: () => Duplex;
}

const READING: readonly string[] = ['GET', 'HEAD'];

/** A time limit that is set anew with every sign of life. */
class TimeLimit {
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  restart(phase: OriginTimeoutError['phase'], seconds: number): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.#abort.abort(new OriginTimeoutError(phase, seconds));
    }, seconds * 1_000);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/**
 * Sends a request to an origin within its time-outs. As CloudFront does, it tries again after a
 * failure: GET and HEAD always, other methods only if the origin did not accept the connection.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginResponseTimeout
 * @throws OriginTimeoutError after the last attempt that took too long
 */
export async function sendToOrigin(
  request: OutgoingRequest,
  connection: OriginConnection,
): Promise<IncomingAnswer> {
  const { connectionAttempts, completionSeconds } = connection.limits;
  const whole = new TimeLimit();
  if (completionSeconds !== undefined) whole.restart('response', completionSeconds);
  const started = performance.now();
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await sendOnce(request, connection, { started, whole: whole.signal });
      } catch (error) {
        const isLast = attempt >= connectionAttempts || whole.signal.aborted;
        if (isLast || !mayRepeat(request, error)) throw error;
      }
    }
  } finally {
    whole.stop();
  }
}

function mayRepeat({ method }: OutgoingRequest, error: unknown): boolean {
  const isUnseen =
    isConnectionRefused(error) ||
    (error instanceof OriginTimeoutError && error.phase === 'connection');
  return isUnseen || READING.includes(method);
}

async function sendOnce(
  request: OutgoingRequest,
  connection: OriginConnection,
  { started, whole }: { readonly started: number; readonly whole: AbortSignal },
): Promise<IncomingAnswer> {
  const { readSeconds } = connection.limits;
  const limit = new TimeLimit();
  const signal = AbortSignal.any([limit.signal, whole]);
  try {
    const incoming = await openRequest(request, connection, { limit, signal });
    const firstByteMilliseconds = performance.now() - started;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) {
      limit.restart('response', readSeconds);
      chunks.push(chunk as Buffer);
    }
    return {
      status: incoming.statusCode ?? 502,
      headers: incoming.headers,
      body: Buffer.concat(chunks),
      firstByteMilliseconds,
      lastByteMilliseconds: performance.now() - started,
    };
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    limit.stop();
  }
}

/** Sends the request and resolves with the head of the answer. */
function openRequest(
  { endpoint, method, target, headers, body }: OutgoingRequest,
  { limits, createConnection }: OriginConnection,
  { limit, signal }: { readonly limit: TimeLimit; readonly signal: AbortSignal },
): Promise<http.IncomingMessage> {
  const isTls = endpoint.protocol === 'https:';
  const { connectionSeconds, readSeconds } = limits;
  return new Promise((resolve, reject) => {
    const awaitAnswer = (): void => {
      limit.restart('response', readSeconds);
    };
    limit.restart('connection', connectionSeconds);
    const outgoing = (isTls ? https : http).request(
      {
        host: endpoint.hostname,
        port: endpoint.port,
        method,
        // A text and no URL object, which would resolve dot segments.
        path: target,
        headers,
        signal,
        ...(createConnection !== undefined && { createConnection }),
      },
      (incoming) => {
        awaitAnswer();
        resolve(incoming);
      },
    );
    outgoing.once('error', reject);
    outgoing.once('socket', (socket) => {
      if (socket.connecting) socket.once(isTls ? 'secureConnect' : 'connect', awaitAnswer);
      else awaitAnswer();
    });
    outgoing.end(body.length > 0 ? body : undefined);
  });
}

/**
 * Waits for something that belongs to the answer of an origin, no longer than some seconds.
 *
 * @throws OriginTimeoutError when the time is over
 */
export async function answerWithin<Value>(seconds: number, work: Promise<Value>): Promise<Value> {
  const limit = new TimeLimit();
  const over = new Promise<never>((_resolve, reject) => {
    limit.signal.addEventListener('abort', () => {
      reject(limit.signal.reason as OriginTimeoutError);
    });
  });
  limit.restart('response', seconds);
  try {
    return await Promise.race([work, over]);
  } finally {
    limit.stop();
  }
}
