import type { CacheBehavior } from '#local/cloudfront/distribution';
import type { Outcome } from '#local/cloudfront/edge';
import type { EdgeRequest, EdgeResponse } from '#local/cloudfront/exchange';
import type { OriginRequest } from '#local/cloudfront/origin-request';
import {
  answer,
  CONTENT_CACHE,
  distribution,
  EVERYTHING,
  type MemoryBackend,
  memoryBackend,
  NO_CACHE,
  NOW,
  publicBehavior,
  TestEdge,
} from './edge-fixture';

const PUBLIC = '/public/notice.txt';

/** An origin that answers when the test says so. */
class HeldOrigin {
  readonly backend: MemoryBackend;
  readonly #held: { readonly answer: () => void; readonly fail: (error: Error) => void }[] = [];

  constructor(respond: (request: OriginRequest) => EdgeResponse = () => answer('the object')) {
    const inner = memoryBackend(respond);
    this.backend = {
      ...inner,
      send: async (request) => {
        await new Promise<void>((resolve, reject) => {
          this.#held.push({ answer: resolve, fail: reject });
        });
        return inner.send(request);
      },
    };
  }

  get waiting(): number {
    return this.#held.length;
  }

  async answer(): Promise<void> {
    this.#held.splice(0).forEach((request) => {
      request.answer();
    });
    await settle();
  }

  async fail(error: Error): Promise<void> {
    this.#held.splice(0).forEach((request) => {
      request.fail(error);
    });
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

function edgeBefore(origin: HeldOrigin, behavior: Partial<CacheBehavior> = {}): TestEdge {
  const behaviors = [publicBehavior({ viewerRequestFunction: undefined, ...behavior })];
  return new TestEdge({ backend: origin.backend, distribution: distribution({ behaviors }) });
}

/** Starts requests at the same time and waits until each of them waits for the origin. */
async function start(
  edge: TestEdge,
  requests: readonly (readonly [string, Partial<EdgeRequest>?])[],
): Promise<{ readonly outcomes: Promise<Outcome[]> }> {
  const outcomes = Promise.all(requests.map(([target, more]) => edge.handle(target, more)));
  await settle();
  return { outcomes };
}

const MANY = Array.from({ length: 20 }, () => [PUBLIC] as const);
const kinds = (outcomes: readonly Outcome[]): string[] =>
  outcomes.map(({ resultType, response }) => `${resultType} ${response.status}`);

describe('Simultaneous requests for one object', () => {
  it('ask the origin once: the first is a miss, the others are hits', async () => {
    const origin = new HeldOrigin();
    const { outcomes } = await start(edgeBefore(origin), MANY);

    expect(origin.waiting).toBe(1);
    await origin.answer();
    expect(kinds(await outcomes)).toEqual(['Miss 200', ...MANY.slice(1).map(() => 'Hit 200')]);
    expect((await outcomes).map(({ response }) => response.body.toString())).toEqual(
      MANY.map(() => 'the object'),
    );
    expect(origin.backend.sent).toHaveLength(1);
  });

  it('revalidate an expired object once', async () => {
    const origin = new HeldOrigin(({ headers }) =>
      'if-none-match' in headers ? answer('', { status: 304, headers: {} }) : answer('first'),
    );
    const edge = edgeBefore(origin);
    const first = await start(edge, [[PUBLIC]]);
    await origin.answer();
    await first.outcomes;
    edge.nowSeconds = NOW + 300;
    const { outcomes } = await start(edge, MANY);

    expect(origin.waiting).toBe(1);
    await origin.answer();
    expect(kinds(await outcomes)).toEqual([
      'RefreshHit 200',
      ...MANY.slice(1).map(() => 'Hit 200'),
    ]);
  });

  it('share one object for HEAD, ranges and conditions, each with its own answer', async () => {
    const origin = new HeldOrigin(() => answer('0123456789'));
    const { outcomes } = await start(edgeBefore(origin), [
      [PUBLIC, { method: 'HEAD' }],
      [PUBLIC, { headers: { range: 'bytes=2-3' } }],
      [PUBLIC, { headers: { 'if-none-match': '"1"' } }],
    ]);
    await origin.answer();

    expect((await outcomes).map(({ response }) => response.status)).toEqual([200, 206, 304]);
    expect(origin.backend.sent).toHaveLength(1);
  });

  it('wait for no request with another cache key', async () => {
    const origin = new HeldOrigin(({ rawPath, rawQuery = '', headers }) =>
      answer(`${rawPath} ${rawQuery} ${headers['accept-language'] ?? ''}`),
    );
    const cachePolicy = {
      ...CONTENT_CACHE,
      queries: EVERYTHING,
      headers: { choice: 'only', names: ['accept-language'] },
    } as const;
    const { outcomes } = await start(edgeBefore(origin, { cachePolicy }), [
      [PUBLIC],
      [`${PUBLIC}.old`],
      [`${PUBLIC}?a=1`],
      [PUBLIC, { headers: { 'accept-language': 'de' } }],
      [PUBLIC, { host: 'd111.cloudfront.net' }],
    ]);

    expect(origin.waiting).toBe(5);
    await origin.answer();
    expect((await outcomes).map(({ response }) => response.body.toString())).toEqual([
      `${PUBLIC}  `,
      `${PUBLIC}.old  `,
      `${PUBLIC} a=1 `,
      `${PUBLIC}  de`,
      `${PUBLIC}  `,
    ]);
  });

  it('wait for nobody where nothing is cached', async () => {
    const origin = new HeldOrigin();
    await start(edgeBefore(origin, { cachePolicy: NO_CACHE }), MANY);

    expect(origin.waiting).toBe(MANY.length);
    await origin.answer();
  });

  it('share nothing that the origin keeps for one viewer', async () => {
    let asked = 0;
    const origin = new HeldOrigin(() => {
      asked += 1;
      const headers = { 'cache-control': 'private, max-age=0' };
      return answer(`answer ${asked}`, { headers });
    });
    const { outcomes } = await start(edgeBefore(origin), MANY.slice(0, 3));

    expect(origin.waiting).toBe(1);
    await origin.answer();
    expect(origin.waiting).toBe(2);
    await origin.answer();
    expect((await outcomes).map(({ response }) => response.body.toString()).sort()).toEqual([
      'answer 1',
      'answer 2',
      'answer 3',
    ]);
  });

  it('share the failure of the origin, and nobody after them does', async () => {
    const origin = new HeldOrigin();
    const edge = edgeBefore(origin);
    const { outcomes } = await start(edge, MANY);
    await origin.fail(new Error('the origin broke'));

    expect(kinds(await outcomes)).toEqual(MANY.map(() => 'Error 502'));
    const later = await start(edge, [[PUBLIC]]);
    expect(origin.waiting).toBe(1);
    await origin.answer();
    expect(kinds(await later.outcomes)).toEqual(['Miss 200']);
  });

  it('share an error answer of the origin for its time in the cache, and no longer', async () => {
    let status = 503;
    const origin = new HeldOrigin(() => answer('', { status }));
    const edge = edgeBefore(origin);
    const { outcomes } = await start(edge, MANY);
    await origin.answer();

    expect(new Set((await outcomes).map(({ response }) => response.status))).toEqual(
      new Set([503]),
    );
    expect(origin.backend.sent).toHaveLength(1);
    status = 200;
    edge.nowSeconds = NOW + 9;
    expect((await edge.handle(PUBLIC)).response.status).toBe(503);
    edge.nowSeconds = NOW + 10;
    const later = await start(edge, [[PUBLIC]]);
    await origin.answer();
    expect(kinds(await later.outcomes)).toEqual(['Miss 200']);
  });

  it('C-52: a viewer without a signature waits for nothing and shares nothing', async () => {
    const origin = new HeldOrigin();
    const edge = new TestEdge({ backend: origin.backend });
    void edge.handle(PUBLIC);
    await settle();

    expect(await edge.ask('/t/acme/x')).toBe('403 signature: missing_key_id');
    await origin.answer();
  });

  it('keep nothing that arrives after an invalidation and was asked for before it', async () => {
    let body = 'old';
    const origin = new HeldOrigin(() => answer(body));
    const edge = edgeBefore(origin);
    const before = await start(edge, [[PUBLIC]]);
    edge.edge.invalidateEverything();
    await origin.answer();
    await before.outcomes;
    body = 'new';
    const after = await start(edge, [[PUBLIC]]);
    await origin.answer();

    expect((await after.outcomes)[0]?.response.body.toString()).toBe('new');
  });
});
