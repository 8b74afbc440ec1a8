import http from 'node:http';
import type { Duplex } from 'node:stream';
import { duplexPair } from 'node:stream';
import { UnsupportedDistributionError } from '#local/cloudfront/distribution-reader';
import type { EdgeRequest, FinishedRequest } from '#local/cloudfront/exchange';
import {
  EDGE_SERVER_OPTIONS,
  type EdgeListenerSettings,
  serveEdge,
} from '#local/cloudfront/server';
import {
  answer,
  distribution,
  HOST,
  memoryBackend,
  publicBehavior,
  TestEdge,
} from './edge-fixture';

const NOW_MILLISECONDS = 1_767_290_000_123;

/** An edge behind Node's own HTTP parser, spoken to in bytes; no socket is opened. */
class WireEdge {
  readonly finished: FinishedRequest[] = [];
  readonly received: EdgeRequest[] = [];
  readonly failures: unknown[] = [];
  readonly edge: TestEdge;
  readonly #server: http.Server;

  constructor(edge?: TestEdge, changes: Partial<EdgeListenerSettings> = {}) {
    const behaviors = [
      publicBehavior({ viewerProtocolPolicy: 'allow-all', viewerRequestFunction: undefined }),
      ...distribution().behaviors.map((one) => ({
        ...one,
        viewerProtocolPolicy: 'allow-all' as const,
      })),
    ];
    this.edge = edge ?? new TestEdge({ distribution: distribution({ behaviors }) });
    this.#server = http.createServer(EDGE_SERVER_OPTIONS);
    serveEdge(this.#server, {
      edge: {
        handle: (request, known) => {
          this.received.push(request);
          return this.edge.edge.handle(request, known);
        },
      },
      watcher: { current: this.edge.distribution },
      sink: (finished) => this.finished.push(finished),
      nowMilliseconds: () => NOW_MILLISECONDS,
      onFailure: (error) => this.failures.push(error),
      ...changes,
    });
  }

  connect(): { viewer: Duplex; edge: Duplex } {
    const [viewer, edge] = duplexPair();
    Object.assign(edge, { remoteAddress: '::ffff:203.0.113.7', remotePort: 50_000 });
    edge.on('error', () => undefined);
    this.#server.emit('connection', edge);
    return { viewer, edge };
  }

  /** Writes bytes and gives everything that comes back until the edge closes the connection. */
  async send(...parts: (string | Buffer)[]): Promise<string> {
    const { viewer, edge } = this.connect();
    const received: Buffer[] = [];
    viewer.on('data', (chunk: Buffer) => received.push(chunk));
    const closed = new Promise<unknown>((resolve) => {
      viewer.once('end', resolve);
      edge.once('close', resolve);
    });
    for (const part of parts) viewer.write(part);
    await closed;
    await settle();
    return Buffer.concat(received).toString('latin1');
  }

  async say(...lines: string[]): Promise<string> {
    return this.send(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`);
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

const HOST_LINE = `Host: ${HOST}`;

describe('What comes over the wire', () => {
  it('answers with the headers of an edge location and hides nothing of why it refused', async () => {
    const answered = await new WireEdge().say('GET /t/acme/x HTTP/1.1', HOST_LINE);

    expect(answered).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(answered).toMatch(/^server: CloudFront\r$/im);
    expect(answered).toMatch(/^x-cache: Error from cloudfront\r$/im);
    expect(answered).toMatch(/^x-amz-cf-id: [\w-]{54}==\r$/im);
    expect(answered).toMatch(/^content-length: 146\r$/im);
    expect(answered).toMatch(/^x-edgepass-refusal: signature: missing_key_id\r$/im);
  });

  it('J-17: joins repeated headers and drops none, Authorization included', async () => {
    const wire = new WireEdge();
    await wire.say(
      'GET /api/session HTTP/1.1',
      HOST_LINE,
      'Authorization: Bearer one',
      'AUTHORIZATION: Bearer two',
      'Cookie: a=1',
      'cookie: b=2',
    );

    expect(wire.received[0]?.headers).toMatchObject({
      authorization: 'Bearer one, Bearer two',
      cookie: 'a=1; b=2',
    });
    expect(wire.edge.backend.sent[0]?.headers['authorization']).toBe('Bearer one, Bearer two');
  });

  it('keeps headers whose names every object has', async () => {
    const wire = new WireEdge();
    await wire.say('GET /public/x HTTP/1.1', HOST_LINE, 'constructor: a', '__proto__: b');

    expect(Object.entries(wire.received[0]?.headers ?? {})).toEqual(
      expect.arrayContaining([
        ['constructor', 'a'],
        ['__proto__', 'b'],
      ]),
    );
  });

  it('takes path and query byte for byte', async () => {
    const wire = new WireEdge();
    await wire.say('GET /t/a%2Fb/../%e9;x//?a=?&b=%20 HTTP/1.1', HOST_LINE);

    expect(wire.received[0]).toMatchObject({
      rawPath: '/t/a%2Fb/../%e9;x//',
      rawQuery: 'a=?&b=%20',
      protocol: 'http',
      host: HOST,
      clientIp: '203.0.113.7',
    });
  });

  it('takes an absolute request target when it names the same place, and refuses it when not', async () => {
    const wire = new WireEdge();
    const same = await wire.say(`GET http://${HOST}/public/x HTTP/1.1`, HOST_LINE);
    const other = await wire.say('GET http://evil.example/public/x HTTP/1.1', HOST_LINE);
    const scheme = await wire.say(`GET ftp://${HOST}/public/x HTTP/1.1`, HOST_LINE);
    const user = await wire.say(`GET http://u@${HOST}/public/x HTTP/1.1`, HOST_LINE);

    expect([same, other, scheme, user].map((line) => line.slice(9, 12))).toEqual([
      '200',
      '400',
      '400',
      '400',
    ]);
  });

  it('refuses a second Host header, and a request without one', async () => {
    const wire = new WireEdge();

    expect(await wire.say('GET /public/x HTTP/1.1', HOST_LINE, 'Host: evil.example')).toContain(
      'unknown_host',
    );
    expect(await wire.say('GET /public/x HTTP/1.1')).toMatch(/^HTTP\/1\.1 400/);
  });

  it('refuses what two parsers could read as two different requests', async () => {
    const wire = new WireEdge();
    const smuggling = [
      ['POST /api/x HTTP/1.1', HOST_LINE, 'Content-Length: 4', 'Transfer-Encoding: chunked'],
      ['POST /api/x HTTP/1.1', HOST_LINE, 'Content-Length: 4', 'Content-Length: 5'],
      ['POST /api/x HTTP/1.1', HOST_LINE, 'Transfer-Encoding: identity, chunked, x'],
      ['GET /public/x HTTP/1.1', HOST_LINE, ' folded: header'],
      ['GET /public/x HTTP/1.1', 'Host : media.example.com'],
      ['GET /public/\u0001x HTTP/1.1', HOST_LINE],
      ['GET public/x HTTP/1.1', HOST_LINE],
    ];
    const answered = await Promise.all(smuggling.map((lines) => wire.say(...lines)));

    expect(answered.map((line) => line.slice(9, 12))).toEqual(smuggling.map(() => '400'));
    expect(wire.edge.backend.sent).toEqual([]);
  });

  it('answers HEAD without a body but with its length, and 304 with neither', async () => {
    const wire = new WireEdge();
    const head = await wire.say('HEAD /public/x HTTP/1.1', HOST_LINE);
    const known = await wire.say('GET /public/x HTTP/1.1', HOST_LINE, 'If-None-Match: "1"');

    expect(head).toMatch(/^HTTP\/1\.1 200[\s\S]*content-length: 17\r\n[\s\S]*\r\n\r\n$/i);
    expect(known).toMatch(/^HTTP\/1\.1 304[\s\S]*\r\n\r\n$/);
    expect(known).not.toMatch(/content-length/i);
  });

  it('says hit or miss as CloudFront does', async () => {
    const wire = new WireEdge();

    expect(await wire.say('GET /public/x HTTP/1.1', HOST_LINE)).toContain(
      'x-cache: Miss from cloudfront',
    );
    expect(await wire.say('GET /public/x HTTP/1.1', HOST_LINE)).toContain(
      'x-cache: Hit from cloudfront',
    );
  });

  it('says nothing in a debug header that could end it', async () => {
    const backend = {
      ...memoryBackend(),
      send: () => Promise.reject(new Error('broken\r\nSet-Cookie: a=b\u2028')),
    };
    const behaviors = [
      publicBehavior({ viewerProtocolPolicy: 'allow-all', viewerRequestFunction: undefined }),
    ];
    const wire = new WireEdge(new TestEdge({ backend, distribution: distribution({ behaviors }) }));
    const answered = await wire.say('GET /public/x HTTP/1.1', HOST_LINE);

    expect(answered).toMatch(/^HTTP\/1\.1 502/);
    expect(answered).not.toMatch(/^set-cookie/im);
  });

  it('answers 503 while what is deployed is nothing that it can enforce', async () => {
    const watcher = {
      get current(): never {
        throw new UnsupportedDistributionError('the distribution: a web ACL');
      },
    };
    const wire = new WireEdge(undefined, { watcher });
    const answered = await wire.say('GET /public/x HTTP/1.1', HOST_LINE);

    expect(answered).toMatch(/^HTTP\/1\.1 503/);
    expect(answered).toContain('x-edgepass-refusal: distribution: the distribution: a web ACL');
    expect(wire.finished).toHaveLength(1);
  });

  it('tells of a fault of its own and closes the connection', async () => {
    const wire = new WireEdge(undefined, {
      edge: { handle: () => Promise.reject(new Error('a fault')) },
    });
    const answered = await wire.say('GET /public/x HTTP/1.1', HOST_LINE);

    expect(answered).toBe('');
    expect(wire.failures).toEqual([new Error('a fault')]);
  });

  it.each([
    ['media.example.com:443', '400', 'request: ambiguous_target'],
    ['/t/acme/x', '403', 'method: method_not_allowed'],
    ['/api/session', '403', 'method: method_not_allowed'],
  ])('answers CONNECT %s with %s and logs it', async (target, status, refusal) => {
    const wire = new WireEdge();
    const head = `CONNECT ${target} HTTP/1.1\r\n${HOST_LINE}\r\n\r\n`;
    const answered = await wire.send(head, 'GET /public/x HTTP/1.1\r\n\r\n');

    expect(answered).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answered).toMatch(/^connection: close\r$/im);
    expect(answered).toContain(`x-edgepass-refusal: ${refusal}`);
    expect(answered.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(wire.finished).toMatchObject([
      {
        request: { method: 'CONNECT', rawPath: target },
        response: { status: Number(status) },
        resultType: 'Error',
      },
    ]);
    expect(wire.finished[0]?.responseBytes).toBeGreaterThan(0);
  });

  it('passes a CONNECT whose viewer has left to the log alone', async () => {
    const wire = new WireEdge();
    const { viewer, edge } = wire.connect();
    viewer.write(`CONNECT /t/acme/x HTTP/1.1\r\n${HOST_LINE}\r\n\r\n`);
    edge.destroy(new Error('reset'));
    await settle();

    expect(wire.failures).toEqual([]);
    expect(wire.finished.length).toBeLessThanOrEqual(1);
  });

  it('limit: HTTP/1.1 only: a preface of HTTP/2 is answered with 400', async () => {
    const answered = await new WireEdge().send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

    expect(answered).toMatch(/^HTTP\/1\.1 400/);
  });

  it('limit: takes request bodies of at most 1 MiB and answers 413 to more', async () => {
    const wire = new WireEdge();
    const bytes = 1024 * 1024 + 1;
    const head = `POST /api/x HTTP/1.1\r\n${HOST_LINE}\r\nContent-Length: ${bytes}\r\n\r\n`;

    expect(await wire.send(head, Buffer.alloc(bytes))).toMatch(
      /^HTTP\/1\.1 413[\s\S]*connection: close/i,
    );
    expect(wire.edge.backend.sent).toEqual([]);
    expect(wire.finished[0]).toMatchObject({
      response: { status: 413 },
      refusal: { layer: 'size', reasons: ['body_too_large'] },
    });
  });
});

describe('What the sink is told', () => {
  it('hands over every finished request with everything that an access log can hold', async () => {
    const wire = new WireEdge();
    const answered = await wire.say(
      'GET /public/x?a=1 HTTP/1.1',
      HOST_LINE,
      'Referer: r',
      'User-Agent: u',
    );

    const [record] = wire.finished;
    const measured = [record?.durationMilliseconds, record?.firstByteMilliseconds].concat(
      record?.requestBytes,
      record?.responseBytes,
    );

    expect(wire.finished).toMatchObject([
      {
        startedAtMilliseconds: NOW_MILLISECONDS,
        originFirstByteMilliseconds: 1,
        originLastByteMilliseconds: 2,
        request: {
          rawPath: '/public/x',
          rawQuery: 'a=1',
          clientPort: 50_000,
          httpVersion: '1.1',
          headers: { referer: 'r', 'user-agent': 'u' },
        },
        response: { status: 200 },
        pathPattern: '/public/*',
        resultType: 'Miss',
        detailedResultType: 'Miss',
        refusal: undefined,
      },
    ]);
    expect(measured.filter((value) => !((value ?? 0) > 0))).toEqual([]);
    expect(record?.requestId).toMatch(/^[\w-]{54}==$/);
    expect(answered).toContain(`x-amz-cf-id: ${wire.finished[0]?.requestId ?? ''}`);
  });

  it('tells refusals with layer, reasons and the behavior that refused', async () => {
    const wire = new WireEdge();
    await wire.say('GET /t/acme/x HTTP/1.1', HOST_LINE);
    await wire.say('GET /t/acme/../x HTTP/1.1', HOST_LINE);

    expect(
      wire.finished.map(({ pathPattern, resultType, refusal }) => [
        pathPattern,
        resultType,
        refusal?.layer,
      ]),
    ).toEqual([
      ['/t/*', 'Error', 'signature'],
      ['/t/*', 'FunctionGeneratedResponse', 'guard'],
    ]);
    expect(
      wire.finished.every(
        ({ originFirstByteMilliseconds }) => originFirstByteMilliseconds === undefined,
      ),
    ).toBe(true);
  });

  it('hands over what the guard wrote into the log, of refused requests too', async () => {
    const wire = new WireEdge();
    const cookie = 'Cookie: CloudFront-Key-Pair-Id=KFOREIGN; CloudFront-Signature=abc';
    await wire.say('GET /t/acme/x HTTP/1.1', HOST_LINE, cookie);
    await wire.say('GET /t/acme/x HTTP/1.1', HOST_LINE);

    expect(wire.finished.map(({ logData }) => logData && decodeURIComponent(logData))).toEqual([
      'k=KFOREIGN;s=;n=;e=;f=abc',
      undefined,
    ]);
  });

  it('counts what was sent, headers included, and no body for HEAD', async () => {
    const wire = new WireEdge();
    await wire.say('HEAD /public/x HTTP/1.1', HOST_LINE);
    await wire.say('GET /public/x HTTP/1.1', HOST_LINE);
    const [head, get] = wire.finished;
    const age = 'age: 0\r\n'.length;
    const hitForMiss = -1;

    expect((get?.responseBytes ?? 0) - (head?.responseBytes ?? 0)).toBe(17 + age + hitForMiss);
    expect(head?.responseBytes).toBeGreaterThan(200);
  });

  it('tells when the viewer was gone before the answer', async () => {
    let respond: (() => void) | undefined;
    const backend = {
      ...memoryBackend(),
      send: async () => {
        await new Promise<void>((resolve) => {
          respond = resolve;
        });
        return { response: answer('late'), firstByteMilliseconds: 1, lastByteMilliseconds: 2 };
      },
    };
    const behaviors = [
      publicBehavior({ viewerProtocolPolicy: 'allow-all', viewerRequestFunction: undefined }),
    ];
    const wire = new WireEdge(new TestEdge({ backend, distribution: distribution({ behaviors }) }));
    const { viewer, edge } = wire.connect();
    viewer.write(`GET /public/x HTTP/1.1\r\n${HOST_LINE}\r\n\r\n`);
    await settle();
    edge.destroy();
    await settle();
    respond?.();
    await settle();

    expect(wire.finished[0]).toMatchObject({
      detailedResultType: 'ClientHungUpRequest',
      responseBytes: 0,
    });
  });
});
