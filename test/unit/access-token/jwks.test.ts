import { createJwksSource, type JwksSource } from '#access-token/jwks';
import { FakeClock, FakeIdentityProvider, makeIssuerKey, NOW } from './token-factory';

const JWKS_URL = 'https://id.example.com/.well-known/jwks.json';
const HOUR = 3600;

const first = makeIssuerKey('first');
const second = makeIssuerKey('second');

interface Bench {
  readonly source: JwksSource;
  readonly provider: FakeIdentityProvider;
  readonly clock: FakeClock;
}

async function makeBench({ pinned = false, timeoutMilliseconds = 1500 } = {}): Promise<Bench> {
  const provider = new FakeIdentityProvider(first);
  const clock = new FakeClock();
  const source = await createJwksSource({
    jwksUrl: JWKS_URL,
    allowLoopbackHttp: false,
    pinnedJwks: pinned ? { keys: [first.jwk] } : null,
    fetch: provider.fetch,
    clock,
    limits: { timeoutMilliseconds, bodyBytesMax: 100 * 1024 },
  });
  return { source, provider, clock };
}

const down = (): never => {
  throw new TypeError('fetch failed');
};

const notFound = (reason: string): object => ({ ok: false, refusal: reason });

describe('J-12: where keys are fetched from', () => {
  it.each([
    ['http://id.example.com/jwks', false],
    ['http://id.example.com/jwks', true],
    ['http://localhost:4400/jwks', false],
    ['http://localhost.evil.example/jwks', true],
    ['http://127.0.0.1.evil.example/jwks', true],
    ['file:///etc/passwd', true],
    ['data:application/json,{}', true],
    ['https://user:canary@id.example.com/jwks', false],
    ['https://user@id.example.com/jwks', false],
    ['https://:canary@id.example.com/jwks', false],
    ['https://id.example.com/jwks#x', false],
    ['id.example.com', false],
    ['', false],
  ])('J-12: %s (loopback allowed: %s) refuses to start', async (jwksUrl, allowLoopbackHttp) => {
    const { fetch } = new FakeIdentityProvider();
    const clock = new FakeClock();

    await expect(
      createJwksSource({ jwksUrl, allowLoopbackHttp, pinnedJwks: null, fetch, clock }),
    ).rejects.toMatchObject({
      code: 'ERR_JWKS_URL',
      message: expect.not.stringContaining('canary') as string,
    });
  });

  it.each(['http://localhost:4400/jwks', 'http://127.0.0.1:4400/jwks', 'http://[::1]:4400/jwks'])(
    'J-12: %s is good enough for a laptop',
    async (jwksUrl) => {
      const provider = new FakeIdentityProvider(first);
      const source = await createJwksSource({
        ...{ jwksUrl, allowLoopbackHttp: true, pinnedJwks: null },
        ...{ fetch: provider.fetch, clock: new FakeClock() },
      });

      expect(await source.keyFor('first')).toMatchObject({ ok: true });
    },
  );

  it('J-12: redirects are not followed', async () => {
    const { source, provider } = await makeBench();
    provider.respond = () => Response.redirect('https://169.254.169.254/latest/meta-data', 302);

    expect(await source.keyFor('first')).toStrictEqual(notFound('jwks-unavailable'));
    expect(provider.urls).toStrictEqual([JWKS_URL]);
  });
});

describe('J-13: what an issuer may answer', () => {
  it.each<[string, () => Response]>([
    ['an error', () => new Response('oops', { status: 500 })],
    ['204', () => new Response(null, { status: 204 })],
    ['nothing', () => new Response('')],
    ['invalid JSON', () => new Response('{"keys":[')],
    ['HTML', () => new Response('<html></html>', { headers: { 'content-type': 'text/html' } })],
    ['a list', () => Response.json([first.jwk])],
    ['null', () => Response.json(null)],
    ['a string', () => Response.json('keys')],
    ['keys of the wrong type', () => Response.json({ keys: { first: first.jwk } })],
    ['21 keys', () => Response.json({ keys: Array.from({ length: 21 }, () => first.jwk) })],
    ['no UTF-8', () => new Response(new Uint8Array([0xff, 0xfe, 0x00]))],
    ['100 KB and more', () => Response.json({ keys: [first.jwk], pad: 'x'.repeat(100 * 1024) })],
  ])('J-13: %s is no key set', async (_name, respond) => {
    const { source, provider } = await makeBench();
    provider.respond = respond;

    expect(await source.keyFor('first')).toStrictEqual(notFound('jwks-unavailable'));
  });

  it('J-13: an endless body is cut off at the limit, not read to the end', async () => {
    const { source, provider } = await makeBench();
    let chunks = 0;
    provider.respond = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            chunks += 1;
            controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
          },
        }),
      );

    expect(await source.keyFor('first')).toStrictEqual(notFound('jwks-unavailable'));
    expect(chunks).toBeLessThan(5);
  });

  it('J-13: a slow issuer is given up on, even when fetch ignores its signal', async () => {
    const { source, provider } = await makeBench({ timeoutMilliseconds: 20 });
    provider.respond = () => new Promise(() => undefined);

    expect(await source.keyFor('first')).toStrictEqual(notFound('jwks-unavailable'));
  });

  it('J-13: a body that never ends is given up on', async () => {
    const { source, provider } = await makeBench({ timeoutMilliseconds: 20 });
    provider.respond = () => new Response(new ReadableStream({ start: () => undefined }));

    expect(await source.keyFor('first')).toStrictEqual(notFound('jwks-unavailable'));
  });

  it.each<[string, Record<string, unknown>]>([
    ['an encryption key', { use: 'enc' }],
    ['another algorithm', { alg: 'RS512' }],
    ['an HMAC key', { kty: 'oct', k: 'c2VjcmV0' }],
    ['an EC key', { kty: 'EC' }],
    ['a key published with its private half', { d: 'AAAA' }],
    ['a key that may only encrypt', { key_ops: ['encrypt'] }],
    ['odd key_ops', { key_ops: 'verify' }],
    ['another exponent', { e: 'Aw' }],
    ['a missing modulus', { n: undefined }],
    ['a modulus that is no base64url', { n: '!'.repeat(342) }],
    ['a modulus of zeros', { n: 'A'.repeat(342) }],
    ['a huge modulus of zeros', { n: 'A'.repeat(2000) }],
    ['a modulus of 8192 bits', { n: '_'.repeat(1366) }],
    ['a kid that is no string', { kid: 7 }],
  ])('J-01: %s is left out of the set', async (_name, members) => {
    const { source, provider } = await makeBench();
    provider.respond = () =>
      Response.json({ keys: [{ ...first.jwk, ...members }, 'junk', null, second.jwk] });

    expect(await source.keyFor('first')).toStrictEqual(notFound('kid-unknown'));
    expect(await source.keyFor('second')).toMatchObject({ ok: true });
  });

  it('J-01: a key that the platform cannot import does not take the others with it', async () => {
    const { source, provider } = await makeBench();
    jest.spyOn(crypto.subtle, 'importKey').mockRejectedValueOnce(new Error('not a key'));
    provider.respond = () => FakeIdentityProvider.serve(first, second);

    expect(await source.keyFor('second')).toMatchObject({ ok: true });
    expect(await source.keyFor('first')).toStrictEqual(notFound('kid-unknown'));
  });

  it('J-01: a 1024-bit key is left out', async () => {
    const { source, provider } = await makeBench();
    const small = makeIssuerKey('small', 1024);
    provider.respond = () => FakeIdentityProvider.serve(small);

    expect(await source.keyFor('small')).toStrictEqual(notFound('kid-unknown'));
  });

  it('J-13: 20 keys, one of them of 4096 bits, are a key set', async () => {
    const { source, provider } = await makeBench();
    const long = makeIssuerKey('long', 4096);
    const others = Array.from({ length: 18 }, (_, index) => ({ ...first.jwk, kid: `k${index}` }));
    provider.respond = () => Response.json({ keys: [...others, second.jwk, long.jwk] });

    expect(await source.keyFor('long')).toMatchObject({ ok: true });
  });

  it('keys without use and alg are taken for what they are asked for', async () => {
    const { source, provider } = await makeBench();
    const jwk = { ...first.jwk, use: undefined, alg: undefined, key_ops: ['verify'] };
    provider.respond = () => Response.json({ keys: [jwk] });

    expect(await source.keyFor('first')).toMatchObject({ ok: true });
  });
});

describe('J-14: outages', () => {
  it('J-14: a pinned set answers at once, without a fetch', async () => {
    const { source, provider } = await makeBench({ pinned: true });

    expect(await source.keyFor('first')).toMatchObject({ ok: true });
    expect(provider.fetches).toBe(0);
  });

  it('J-14: a pinned set that cannot be used refuses to start', async () => {
    const { fetch } = new FakeIdentityProvider();
    const clock = new FakeClock();
    const input = { jwksUrl: JWKS_URL, allowLoopbackHttp: false, fetch, clock };

    for (const pinnedJwks of [{ keys: 7 }, {}, 'keys', 7]) {
      await expect(createJwksSource({ ...input, pinnedJwks })).rejects.toMatchObject({
        code: 'ERR_JWKS',
      });
    }
  });

  it.each([true, false])(
    'J-14: in an outage of an hour known kids keep working, with one fetch in 10 s at most (pinned: %s)',
    async (pinned) => {
      const { source, provider, clock } = await makeBench({ pinned });
      await source.keyFor('first');
      provider.respond = down;
      provider.fetches = 0;
      const verdicts: boolean[] = [];
      for (; clock.seconds < NOW + HOUR; clock.seconds += 1) {
        verdicts.push((await source.keyFor('first')).ok);
      }

      expect(verdicts).not.toContain(false);
      expect(provider.fetches).toBeLessThanOrEqual(HOUR / 10);
      expect(provider.fetches).toBeGreaterThan(0);
    },
  );

  it('J-14: a flood of unknown kids during an outage makes one fetch in 10 s at most', async () => {
    const { source, provider, clock } = await makeBench();
    provider.respond = down;
    for (; clock.seconds < NOW + 100; clock.seconds += 1) {
      await source.keyFor(`unknown-${clock.seconds}`);
    }

    expect(provider.fetches).toBeLessThanOrEqual(10);
  });

  it('J-14: after a day without the issuer nothing is trusted any more', async () => {
    const { source, provider, clock } = await makeBench();
    await source.keyFor('first');
    provider.respond = down;
    clock.seconds += 24 * HOUR - 1;

    expect(await source.keyFor('first')).toMatchObject({ ok: true });

    clock.seconds += 1;

    expect(await source.keyFor('first')).toStrictEqual(notFound('jwks-unavailable'));
  });

  it('J-14: nothing known and nobody to ask is unavailable, not unauthenticated', async () => {
    const { source, provider } = await makeBench();
    provider.respond = down;

    expect(await source.keyFor('first')).toStrictEqual(notFound('jwks-unavailable'));
  });

  it('J-14: the first good answer after an outage is taken', async () => {
    const { source, provider, clock } = await makeBench();
    provider.respond = down;
    await source.keyFor('first');
    provider.respond = () => FakeIdentityProvider.serve(first);

    expect(await source.keyFor('first')).toStrictEqual(notFound('jwks-unavailable'));

    clock.seconds += 10;

    expect(await source.keyFor('first')).toMatchObject({ ok: true });
  });
});

describe('J-15: floods of unknown kids', () => {
  it.each([
    ['after a good answer', false, 30],
    ['after a failure', true, 10],
  ])('J-15: %s the next question waits exactly its time', async (_name, fails, seconds) => {
    const { source, provider, clock } = await makeBench();
    await source.keyFor('first');
    clock.seconds += 100;
    if (fails) provider.respond = down;
    await source.keyFor('unknown');
    provider.fetches = 0;
    clock.seconds += seconds - 1;
    await source.keyFor('unknown');

    expect(provider.fetches).toBe(0);

    clock.seconds += 1;
    await source.keyFor('unknown');

    expect(provider.fetches).toBe(1);
  });

  it('J-15: a kid that is published twice is known: it asks nobody again', async () => {
    const { source, provider, clock } = await makeBench();
    provider.respond = () => FakeIdentityProvider.serve(first, first);
    await source.keyFor('first');
    clock.seconds += 100;

    expect(await source.keyFor('first')).toStrictEqual(notFound('kid-duplicate'));
    expect(provider.fetches).toBe(1);
  });

  it('J-15: make one fetch per cooldown', async () => {
    const { source, provider, clock } = await makeBench();
    await source.keyFor('first');
    provider.fetches = 0;
    for (; clock.seconds < NOW + 300; clock.seconds += 1) {
      expect(await source.keyFor(`unknown-${clock.seconds}`)).toStrictEqual(
        notFound('kid-unknown'),
      );
    }

    expect(provider.fetches).toBeLessThanOrEqual(10);
  });

  it('J-15: a thousand requests at once share one fetch', async () => {
    const { source, provider } = await makeBench();
    const verdicts = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => source.keyFor(index % 2 ? 'first' : 'unknown')),
    );

    expect(provider.fetches).toBe(1);
    expect(verdicts.filter(({ ok }) => ok)).toHaveLength(500);
  });
});

describe('J-16: the issuer changes its keys', () => {
  it('J-16: a token with the new kid passes at once, the old kid goes on until the set is renewed', async () => {
    const { source, provider, clock } = await makeBench();
    await source.keyFor('first');
    clock.seconds += 300;
    provider.respond = () => FakeIdentityProvider.serve(second);

    expect(await source.keyFor('first')).toMatchObject({ ok: true });
    expect(await source.keyFor('second')).toMatchObject({ ok: true });
    expect(await source.keyFor('first')).toStrictEqual(notFound('kid-unknown'));
  });

  it('J-16: under load, with both keys published before the switch, no valid token is refused', async () => {
    const { source, provider, clock } = await makeBench();
    const refusals: string[] = [];
    for (; clock.seconds < NOW + 2 * HOUR; clock.seconds += 5) {
      const age = clock.seconds - NOW;
      provider.respond = () =>
        FakeIdentityProvider.serve(...(age < HOUR ? [first, second] : [second]));
      const verdict = await source.keyFor(age < HOUR / 2 ? 'first' : 'second');
      if (!verdict.ok) refusals.push(verdict.refusal);
    }

    expect(refusals).toStrictEqual([]);
  });

  it('J-16: a withdrawn key is dropped after the maximum age', async () => {
    const { source, provider, clock } = await makeBench();
    await source.keyFor('first');
    provider.respond = () => FakeIdentityProvider.serve(second);
    clock.seconds += 599;

    expect(await source.keyFor('first')).toMatchObject({ ok: true });

    clock.seconds += 1;

    expect(await source.keyFor('first')).toStrictEqual(notFound('kid-unknown'));
  });
});
