import { CookieJar } from 'tough-cookie';
import { userHash } from '#core/user-hash';
import { ISSUER, NOW } from '#test/unit/access-token/token-factory';
import {
  type Answer,
  APP_ORIGIN,
  CONTENT_BASE_URL,
  KEY_PAIR_ID,
  readSetCookie,
  SessionBench,
} from './session-bench';

const ANN = userHash(ISSUER, 'ann');

async function fillJar(answer: Answer, jar = new CookieJar()): Promise<CookieJar> {
  for (const cookie of answer.cookies) {
    await jar.setCookie(cookie, `${CONTENT_BASE_URL}/api/session`);
  }
  return jar;
}

const sentTo = async (jar: CookieJar, path: string): Promise<string> =>
  await jar.getCookieString(`${CONTENT_BASE_URL}${path}`);

const countBytes = (answer: Answer): number =>
  answer.cookies.reduce((sum, cookie) => sum + `Set-Cookie: ${cookie}\r\n`.length, 0);

const pathsOf = (answer: Answer): string[] =>
  (answer.body['grants'] as { path: string }[]).map(({ path }) => path);

describe('POST /api/session', () => {
  it('answers with grants, the time to come back, and the cookies', async () => {
    const answer = await new SessionBench().call();

    expect(answer.status).toBe(200);
    expect(answer.body).toStrictEqual({
      grants: [
        { tenant: 'acme', path: '/t/acme/', expiresAt: '2026-01-01T18:08:20Z' },
        { tenant: 'acme', path: `/u/acme/${ANN}/`, expiresAt: '2026-01-01T18:08:20Z' },
      ],
      refreshAt: '2026-01-01T18:07:20Z',
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'access-control-allow-origin': APP_ORIGIN,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'date',
      vary: 'Origin',
    });
  });

  it('C-31, C-39: the exact attributes, host-only, with the remaining life as Max-Age', async () => {
    const answer = await new SessionBench().call();
    const cookies = answer.cookies.map(readSetCookie);
    const attributes = (Path: string): object => ({
      ...{ Path, 'Max-Age': '900', Secure: '', HttpOnly: '', SameSite: 'Lax' },
    });
    const names = ['Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm'];

    expect(cookies.map(({ name, attributes: given }) => [name, given])).toStrictEqual([
      ...names.map((name) => [`CloudFront-${name}`, attributes('/t/acme/')]),
      ...names.map((name) => [`CloudFront-${name}`, attributes(`/u/acme/${ANN}/`)]),
      ['__Secure-edgepass-scopes', attributes('/api/session')],
    ]);
    expect(cookies[2]?.value).toBe(KEY_PAIR_ID);
    expect(cookies[3]?.value).toBe('SHA256');
  });

  it('C-31: for pages on another site, SameSite=None and Partitioned', async () => {
    const answer = await new SessionBench({ sameSite: 'none' }).call();

    expect(answer.cookies).toHaveLength(9);
    expect(
      answer.cookies.filter((cookie) => !cookie.endsWith('; SameSite=None; Partitioned')),
    ).toStrictEqual([]);
  });

  it.each(['RSASSA_PKCS1_V1_5_SHA_256', 'ECDSA_SHA_256'] as const)(
    'opens the own tenant and nothing else, with a browser in between (%s)',
    async (algorithm) => {
      const bench = new SessionBench({ algorithm });
      const jar = await fillJar(await bench.call());
      const opens = async (path: string): Promise<boolean> =>
        bench.opens(path, await sentTo(jar, path));

      expect(await opens('/t/acme/cat.jpg')).toBe(true);
      expect(await opens(`/u/acme/${ANN}/1/me.jpg`)).toBe(true);
      expect(await opens('/t/globex/cat.jpg')).toBe(false);
      expect(await opens('/t/acme-evil/cat.jpg')).toBe(false);
      expect(await opens(`/u/acme/${userHash(ISSUER, 'bob')}/1/me.jpg`)).toBe(false);
    },
  );

  it('C-32: a browser sends nothing to the folder without its slash, and nothing to other folders', async () => {
    const jar = await fillJar(await new SessionBench().call());

    expect(await sentTo(jar, '/t/acme/')).toContain('CloudFront-Policy');
    for (const path of [
      '/t/acme',
      '/t/acmex/',
      '/t/globex/',
      '/t/',
      '/',
      '/u/acme/',
      '/api/other',
      '/T/acme/',
    ]) {
      expect(await sentTo(jar, path)).toBe('');
    }
  });

  it('C-30: cookies are host-only, and a sibling host receives none', async () => {
    const jar = await fillJar(await new SessionBench().call());
    const all = await jar.serialize();

    expect(all.cookies.map(({ hostOnly }) => hostOnly)).not.toContain(false);
    expect(await jar.getCookieString('https://evil.example.com/t/acme/')).toBe('');
    expect(await jar.getCookieString('https://sub.media.example.com/t/acme/')).toBe('');
  });

  it('C-30: cookies tossed by a sibling never open a foreign tenant', async () => {
    const bench = new SessionBench();
    const attacker = await bench.call({ claims: { org_id: 'globex', sub: 'eve' } });
    const victim = await fillJar(await bench.call());
    for (const cookie of attacker.cookies) {
      const tossed = `${cookie.replace(/Path=[^;]*/, 'Path=/t/acme/a')}; Domain=example.com`;
      await victim.setCookie(tossed, 'https://evil.example.com/', { ignoreError: true });
    }
    const sent = await sentTo(victim, '/t/acme/a/x');

    expect(sent.match(/CloudFront-Policy=/g)).toHaveLength(2);
    expect(bench.opens('/t/globex/x', sent)).toBe(false);
    expect(bench.opens('/t/acme/a/x', sent)).toBe(false);
  });

  it('C-33: one set is below 900 bytes in a request', async () => {
    const bench = new SessionBench();
    const jar = await fillJar(await bench.call({ claims: { org_id: `org_${'x'.repeat(36)}` } }));

    expect((await sentTo(jar, `/t/org_${'x'.repeat(36)}/a`)).length).toBeLessThan(900);
  });
});

describe('scopes by role', () => {
  const issuer = { roleClaim: 'role', readerRoles: ['admin'] };

  it('a reader gets the folder of everybody, which absorbs the own one', async () => {
    const answer = await new SessionBench({ issuer }).call({ claims: { role: 'admin' } });

    expect(pathsOf(answer)).toStrictEqual(['/t/acme/', '/u/acme/']);
  });

  it('a reader whose browser still holds the narrower set has it cleared, and the reverse', async () => {
    const bench = new SessionBench({ issuer });
    const jar = await fillJar(await bench.call({ claims: { role: 'user' } }));
    const listing = await sentTo(jar, '/api/session');
    const wider = await bench.call({ claims: { role: 'admin' }, cookies: [listing] });
    await fillJar(wider, jar);

    expect(await sentTo(jar, `/u/acme/${ANN}/x`)).toMatch(
      /^(?:(?!CloudFront-Policy).)*CloudFront-Policy=(?:(?!CloudFront-Policy).)*$/,
    );

    const again = await bench.call({
      claims: { role: 'user' },
      cookies: [await sentTo(jar, '/api/session')],
    });
    await fillJar(again, jar);

    expect(await sentTo(jar, '/u/acme/other/x')).toBe('');
    expect(bench.opens(`/u/acme/${ANN}/x`, await sentTo(jar, `/u/acme/${ANN}/x`))).toBe(true);
  });

  it('J-08: an impersonator is on record', async () => {
    const bench = new SessionBench({
      issuer: { preset: 'clerk', audience: null, tenants: { from: 'claim' } },
    });
    await bench.call({
      claims: { iat: NOW - 1, nbf: NOW - 1, exp: NOW + 59, act: { sub: 'support' } },
    });

    expect(bench.logs.records[0]?.[0]).toMatchObject({
      userHash: ANN,
      actorHash: userHash(ISSUER, 'support'),
    });
  });
});

describe('several tenants', () => {
  const tenants = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `tenant${index}`);

  it('grants all of them when they fit', async () => {
    const answer = await new SessionBench().call({ claims: { org_id: ['acme', 'globex'] } });

    expect(pathsOf(answer)).toStrictEqual([
      '/t/acme/',
      `/u/acme/${ANN}/`,
      '/t/globex/',
      `/u/globex/${ANN}/`,
    ]);
    expect(answer.body).not.toHaveProperty('omitted');
  });

  it.each([
    ['RSASSA_PKCS1_V1_5_SHA_256', 3],
    ['ECDSA_SHA_256', 4],
  ] as const)(
    'C-33: of nine tenants one answer grants what fits 8 sets and 7 KB, and omits the rest (%s: %d)',
    async (algorithm, count) => {
      const bench = new SessionBench({ algorithm });
      const answer = await bench.call({ claims: { org_id: tenants(9) } });

      expect(answer.status).toBe(200);
      expect(countBytes(answer)).toBeLessThanOrEqual(7 * 1024);
      expect(pathsOf(answer)).toHaveLength(2 * count);
      expect(answer.body['omitted']).toStrictEqual(tenants(9).slice(count));
      expect(bench.kms.commands.length).toBeLessThanOrEqual(8);
      expect(bench.logs.records[0]).toHaveLength(2 * count);
    },
  );

  it('the omitted ones come with the next answers, and nobody loses what they have', async () => {
    const bench = new SessionBench();
    const claims = { org_id: tenants(9) };
    const jar = new CookieJar();
    let body: { tenants: string[] } | undefined;
    for (let rounds = 0; rounds < 5; rounds += 1) {
      const cookies = [await sentTo(jar, '/api/session')];
      const answer = await bench.call({ claims, cookies, ...(body && { body }) });
      await fillJar(answer, jar);
      body = { tenants: (answer.body['omitted'] ?? []) as string[] };
      if (body.tenants.length === 0) break;
    }
    const opened = await Promise.all(
      tenants(9).map(async (tenant) =>
        bench.opens(`/t/${tenant}/x`, await sentTo(jar, `/t/${tenant}/x`)),
      ),
    );

    expect(opened).not.toContain(false);

    const listed = await bench.call({
      method: 'GET',
      claims: null,
      cookies: [await sentTo(jar, '/api/session')],
    });

    expect(pathsOf(listed)).toHaveLength(18);
  });

  it('C-33: the longest ids and a full list of things to clear still fit', async () => {
    const bench = new SessionBench({ sameSite: 'none' });
    const long = (letter: string): string => letter.repeat(63);
    const stale = Array.from(
      { length: 12 },
      (_, index) => `/t/${String.fromCharCode(97 + index).repeat(63)}/:${NOW + 900}`,
    );
    const answer = await bench.call({
      claims: { org_id: [long('x'), long('y')] },
      cookies: [`__Secure-edgepass-scopes=${stale.join('.')}`],
    });

    expect(answer.status).toBe(200);
    expect(countBytes(answer)).toBeLessThanOrEqual(7 * 1024);
    expect(pathsOf(answer).slice(0, 2)).toStrictEqual([
      `/t/${long('x')}/`,
      `/u/${long('x')}/${ANN}/`,
    ]);
  });

  it('grants those that the request names, once each and in its order', async () => {
    const answer = await new SessionBench().call({
      claims: { org_id: tenants(9) },
      body: { tenants: ['tenant8', 'tenant2', 'tenant8'] },
    });

    expect(pathsOf(answer).filter((path) => path.startsWith('/t/'))).toStrictEqual([
      '/t/tenant8/',
      '/t/tenant2/',
    ]);
  });

  it('grants nothing when one of the named tenants is not given by the token', async () => {
    const bench = new SessionBench();
    const answer = await bench.call({ body: { tenants: ['acme', 'globex'] } });

    expect(answer.status).toBe(403);
    expect(answer.cookies).toStrictEqual([]);
    expect(bench.telemetry.refusals).toStrictEqual(['tenant-not-granted']);
    expect(bench.kms.commands).toStrictEqual([]);
  });
});

describe('how long a grant lives', () => {
  const expiryOf = (answer: Answer): string =>
    (answer.body['grants'] as { expiresAt: string }[])[0]?.expiresAt ?? '';

  it.each([
    ['auto', { iat: NOW - 800, exp: NOW + 200 }, '2026-01-01T17:56:40Z'],
    ['auto', { iat: NOW - 10, exp: NOW + 50 }, '2026-01-01T18:08:20Z'],
    ['auto', { iat: NOW - 800, exp: NOW + 100 }, '2026-01-01T18:08:20Z'],
    ['auto', { iat: NOW - 801, exp: NOW + 100 }, '2026-01-01T17:55:00Z'],
    ['always', { iat: NOW - 10, exp: NOW + 50 }, '2026-01-01T17:54:10Z'],
    ['never', { iat: NOW - 800, exp: NOW + 200 }, '2026-01-01T18:08:20Z'],
    ['always', { exp: NOW + 3000 }, '2026-01-01T18:08:20Z'],
  ] as const)(
    'J-04: capToToken %s with a token of %j: until %s',
    async (capToToken, claims, expected) => {
      const answer = await new SessionBench({ grants: { capToToken } }).call({ claims });

      expect(expiryOf(answer)).toBe(expected);
    },
  );

  it('J-04: a token in its last tolerated seconds has no life to give', async () => {
    const bench = new SessionBench({ grants: { capToToken: 'always' } });
    const answer = await bench.call({ claims: { exp: NOW - 2 } });

    expect(answer.status).toBe(401);
    expect(bench.telemetry.refusals).toStrictEqual(['token-expired']);
  });

  it('C-41: a grant starts a minute ago, never in the future', async () => {
    const bench = new SessionBench();
    await bench.call();

    expect(bench.logs.records[0]?.[0]).toMatchObject({ startsAt: '2026-01-01T17:52:20Z' });
  });

  it.each([
    [900, 0, '2026-01-01T18:07:20Z'],
    [900, 0.999, '2026-01-01T18:07:10Z'],
    [180, 0.5, '2026-01-01T17:55:15Z'],
    [179, 0.5, '2026-01-01T17:55:19Z'],
    [10, 0.999, '2026-01-01T17:53:26Z'],
  ])(
    'of %d seconds and with jitter %d, the page comes back at %s',
    async (cookieLifetimeSeconds, random, refreshAt) => {
      const bench = new SessionBench({ grants: { cookieLifetimeSeconds }, random: () => random });

      expect((await bench.call()).body['refreshAt']).toBe(refreshAt);
    },
  );

  it('C-43: the address of the viewer changes nothing: no grant is bound to it', async () => {
    const bench = new SessionBench({ grants: { reuseWindowSeconds: 0 } });
    await bench.call({ headers: { 'x-forwarded-for': '203.0.113.7' } });
    const policies = bench.kms.commands.map(({ Message }) => Buffer.from(Message ?? []).toString());

    expect(policies.join()).not.toMatch(/IpAddress|SourceIp|203\.0\.113\.7/);
  });
});

describe('the record of issued grants', () => {
  it('is written once per grant, all of an answer in one call, before the cookies', async () => {
    const bench = new SessionBench();
    const answer = await bench.call();
    const signature = readSetCookie(answer.cookies[1] ?? '').value;

    expect(bench.logs.calls.map(({ name }) => name)).toStrictEqual([
      'CreateLogStreamCommand',
      'PutLogEventsCommand',
    ]);
    expect(bench.logs.records).toHaveLength(1);
    expect(bench.logs.records[0]?.[0]).toStrictEqual({
      time: '2026-01-01T17:53:20Z',
      requestId: 'request-1',
      userHash: ANN,
      tenant: 'acme',
      scope: '/t/acme/',
      keyPairId: KEY_PAIR_ID,
      startsAt: '2026-01-01T17:52:20Z',
      expiresAt: '2026-01-01T18:08:20Z',
      fingerprint: signature.slice(0, 24),
    });
    expect(bench.logs.calls[1]?.input).toMatchObject({
      logGroupName: '/edgepass/test/issued-grants',
      logStreamName: '2026-01-01/test',
    });
  });

  it('is written once for a signature that the same person is handed again', async () => {
    const bench = new SessionBench();
    await bench.call();
    await bench.call();

    expect(bench.logs.records).toHaveLength(1);
    expect(bench.kms.commands).toHaveLength(2);
  });
});
