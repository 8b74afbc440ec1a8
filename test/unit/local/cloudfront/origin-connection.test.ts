import http from 'node:http';
import { Duplex, duplexPair } from 'node:stream';
import type { OriginLimits } from '#local/cloudfront/distribution';
import { sendToEmulator } from '#local/cloudfront/origin';
import type { OriginBackend } from '#local/cloudfront/origin-backend';
import type { OriginAnswer } from '#local/cloudfront/origin-request';
import { apiBehavior, distribution, memoryBackend, publicBehavior, TestEdge } from './edge-fixture';

const PUBLIC = '/public/notice.txt';
const ENVIRONMENT = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_REGION: 'eu-central-1' };
/** Short limits, for tests that wait for their end. */
const LIMITS: OriginLimits = {
  connectionAttempts: 2,
  connectionSeconds: 0.05,
  readSeconds: 0.1,
  completionSeconds: undefined,
};

/** Limits that no busy machine reaches, for tests in which nothing is late. */
const PATIENT = { connectionSeconds: 60, readSeconds: 60 };

type Responder = (incoming: http.IncomingMessage, outgoing: http.ServerResponse) => void;

/** An origin behind Node's HTTP parser, without a socket. It counts connections and requests. */
class WireOrigin {
  connections = 0;
  readonly requests: string[] = [];
  readonly #server: http.Server;

  constructor(respond: Responder) {
    this.#server = http.createServer((incoming, outgoing) => {
      this.requests.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
      respond(incoming, outgoing);
    });
  }

  connect(): Duplex {
    this.connections += 1;
    const [edge, origin] = duplexPair();
    origin.on('error', () => undefined);
    this.#server.emit('connection', origin);
    return edge;
  }
}

/** A connection that is never made. */
function connectingForever(): Duplex {
  const socket = new Duplex({ read: () => undefined, write: () => undefined });
  return Object.assign(socket, { connecting: true });
}

function edgeBefore(
  connect: () => Duplex,
  changes: Partial<OriginLimits> = {},
  policies: Partial<OriginBackend> = {},
): TestEdge {
  const limits = { ...LIMITS, ...changes };
  const backend = {
    ...memoryBackend(undefined, policies),
    send: (request: Parameters<typeof sendToEmulator>[0]): Promise<OriginAnswer> =>
      sendToEmulator(request, ENVIRONMENT, connect),
  };
  const known = distribution();
  const origins = [...known.origins].map(([id, origin]) => [id, { ...origin, limits }] as const);
  return new TestEdge({
    backend,
    distribution: distribution({
      origins: new Map(origins),
      behaviors: [apiBehavior(), publicBehavior({ viewerRequestFunction: undefined })],
    }),
  });
}

const sending = new Set<NodeJS.Timeout>();

afterEach(() => {
  sending.forEach(clearInterval);
});

/** Sends one character after another, without an end. */
function keepSending(outgoing: http.ServerResponse, milliseconds: number): void {
  const write = (): void => {
    if (!outgoing.writableEnded) outgoing.write('x');
  };
  sending.add(setInterval(write, milliseconds));
}

const NEVER: Responder = () => undefined;

describe('An origin that does not answer in time', () => {
  it('is a 504 after every attempt for GET, and the log names the origin', async () => {
    const origin = new WireOrigin(NEVER);
    const started = performance.now();
    const outcome = await edgeBefore(() => origin.connect()).handle(PUBLIC);

    expect(outcome).toMatchObject({
      response: { status: 504 },
      resultType: 'Error',
      detailedResultType: 'OriginCommError',
      refusal: { layer: 'origin', reasons: ['the origin did not answer within 0.1 seconds'] },
    });
    expect(origin.requests).toEqual([`GET /content${PUBLIC}`, `GET /content${PUBLIC}`]);
    expect(performance.now() - started).toBeGreaterThan(190);
  });

  it('is a 504 after one attempt for POST, which the origin may have carried out', async () => {
    const origin = new WireOrigin(NEVER);
    const edge = edgeBefore(() => origin.connect());

    expect(await edge.ask('/api/session', { method: 'POST' })).toBe(
      '504 origin: the origin did not answer within 0.1 seconds',
    );
    expect(origin.requests).toEqual(['POST /api/session']);
  });

  it('is a 504 when it stops in the middle of its answer', async () => {
    const origin = new WireOrigin((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-length': '10' });
      outgoing.write('half');
    });

    expect(await edgeBefore(() => origin.connect()).ask(PUBLIC)).toMatch(/^504 /);
    expect(origin.requests).toHaveLength(2);
  });

  it('may take longer in all, as long as it keeps sending', async () => {
    const origin = new WireOrigin((_incoming, outgoing) => {
      keepSending(outgoing, 40);
      setTimeout(() => outgoing.end(), 2_100);
    });
    const edge = edgeBefore(() => origin.connect(), { ...PATIENT, readSeconds: 2 });
    const { response } = await edge.handle(PUBLIC);

    expect(response.status).toBe(200);
    expect(response.body.toString()).toMatch(/^x{2,}$/);
  });

  it('may not take longer than the response completion time-out, and is not asked again', async () => {
    const origin = new WireOrigin((_incoming, outgoing) => {
      keepSending(outgoing, 20);
    });
    const edge = edgeBefore(() => origin.connect(), { ...PATIENT, completionSeconds: 0.2 });

    expect(await edge.ask(PUBLIC)).toBe('504 origin: the origin did not answer within 0.2 seconds');
    expect(origin.requests).toHaveLength(1);
  });

  it.each(['GET', 'POST'])(
    'is a 504 when %s gets no connection, after every attempt',
    async (method) => {
      let connections = 0;
      const edge = edgeBefore(() => {
        connections += 1;
        return connectingForever();
      });

      expect(await edge.ask('/api/session', { method })).toBe(
        '504 origin: the origin did not accept a connection within 0.05 seconds',
      );
      expect(connections).toBe(2);
    },
  );

  it('is asked again, and its late answer is the answer', async () => {
    const origin = new WireOrigin((_incoming, outgoing) => {
      if (origin.requests.length === 2) outgoing.end('at last');
    });
    const edge = edgeBefore(() => origin.connect(), { ...PATIENT, readSeconds: 1 });
    const { response } = await edge.handle(PUBLIC);

    expect([response.status, response.body.toString()]).toEqual([200, 'at last']);
  });

  it('is a 504 when the policy of its bucket cannot be read in time', async () => {
    const origin = new WireOrigin((_incoming, outgoing) => outgoing.end('x'));
    const readBucketPolicy = (): Promise<string> => new Promise(() => undefined);
    const edge = edgeBefore(() => origin.connect(), {}, { readBucketPolicy });

    expect(await edge.ask(PUBLIC)).toMatch(/^504 origin: /);
    expect(origin.requests).toEqual([]);
  });
});

describe('An origin that cannot be reached', () => {
  function refusing(code: string): Duplex {
    const socket = connectingForever();
    setImmediate(() => socket.destroy(Object.assign(new Error(code), { code })));
    return socket;
  }

  it.each([
    ['ECONNREFUSED', 'OriginConnectError'],
    ['ECONNRESET', 'OriginCommError'],
  ])('is a 502 with %s as %s', async (code, detailedResultType) => {
    const outcome = await edgeBefore(() => refusing(code), PATIENT).handle(PUBLIC);

    expect(outcome).toMatchObject({ response: { status: 502 }, detailedResultType });
  });

  it('is not asked twice to do what it may have done', async () => {
    let connections = 0;
    const edge = edgeBefore(() => {
      connections += 1;
      return refusing('ECONNRESET');
    }, PATIENT);
    await edge.handle('/api/session', { method: 'POST' });

    expect(connections).toBe(1);
  });
});
