import { CookieJar } from 'tough-cookie';
import { userHash } from '#core/user-hash';
import { ISSUER, NOW } from '#test/unit/access-token/token-factory';
import { type Answer, CONTENT_BASE_URL, readSetCookie, SessionBench } from './session-bench';

const ANN = userHash(ISSUER, 'ann');
const BOB = userHash(ISSUER, 'bob');
const NAME = '__Secure-edgepass-scopes';

const listing = (...entries: readonly string[]): string[] => [`${NAME}=${entries.join('.')}`];
const entry = (path: string, expiresAt = NOW + 600): string => `${path}:${expiresAt}`;

const clearedPaths = (answer: Answer): string[] => [
  ...new Set(
    answer.cookies
      .map(readSetCookie)
      .filter(({ name, attributes }) => name !== NAME && attributes['Max-Age'] === '0')
      .map(({ attributes }) => attributes['Path'] ?? ''),
  ),
];

const listedBy = (answer: Answer): string =>
  answer.cookies.map(readSetCookie).find(({ name }) => name === NAME)?.value ?? 'absent';

async function fillJar(answer: Answer, jar: CookieJar): Promise<void> {
  for (const cookie of answer.cookies) {
    await jar.setCookie(cookie, `${CONTENT_BASE_URL}/api/session`);
  }
}

it('C-30: what lies inside a scope of today is cleared first, however long the list of others', async () => {
  const others = Array.from({ length: 25 }, (_, index) => entry(`/t/gone${index}/`));
  const bench = new SessionBench({ issuer: { roleClaim: 'role', readerRoles: ['admin'] } });
  const cookies = listing(...others, entry(`/u/acme/${ANN}/`));
  const answer = await bench.call({ claims: { role: 'admin' }, cookies });

  expect(clearedPaths(answer)[0]).toBe(`/u/acme/${ANN}/`);
  expect(clearedPaths(answer).length).toBeLessThan(26);
});

describe('GET /api/session', () => {
  it('says what the browser holds, without a token', async () => {
    const bench = new SessionBench();
    const jar = new CookieJar();
    await fillJar(await bench.call(), jar);
    const cookies = [await jar.getCookieString(`${CONTENT_BASE_URL}/api/session`)];
    const answer = await bench.call({ method: 'GET', claims: null, cookies });

    expect(answer.status).toBe(200);
    expect(answer.cookies).toStrictEqual([]);
    expect(answer.body).toStrictEqual({
      grants: [
        { tenant: 'acme', path: '/t/acme/', expiresAt: '2026-01-01T18:08:20Z' },
        { tenant: 'acme', path: `/u/acme/${ANN}/`, expiresAt: '2026-01-01T18:08:20Z' },
      ],
    });
  });

  it('reads the header where the emulator leaves the cookies array out', async () => {
    const headers = { Cookie: `a=b; ${NAME}=${entry('/t/acme/')}; c=d` };
    const answer = await new SessionBench().call({ method: 'GET', claims: null, headers });

    expect(answer.body['grants']).toHaveLength(1);
  });

  it('C-33: reads 32 entries at most, however many cookies somebody plants', async () => {
    const planted = Array.from({ length: 40 }, (_, index) => entry(`/t/t${index}/`));
    const cookies = [...listing(...planted.slice(0, 20)), ...listing(...planted.slice(20))];
    const answer = await new SessionBench().call({ method: 'GET', claims: null, cookies });

    expect(answer.body['grants']).toHaveLength(32);
  });

  it('HEAD answers the same without a body', async () => {
    const answer = await new SessionBench().call({ method: 'HEAD', claims: null });

    expect(answer).toMatchObject({ status: 200, text: '' });
  });

  it('a valid token changes nothing: only POST grants', async () => {
    const bench = new SessionBench();
    const answer = await bench.call({ method: 'GET' });

    expect(answer.body).toStrictEqual({ grants: [] });
    expect(bench.kms.commands).toStrictEqual([]);
  });
});

describe('the list of scopes is hostile input', () => {
  it.each([
    ['nothing', []],
    ['an empty value', listing('')],
    ['another name', [`edgepass-scopes=${entry('/t/acme/')}`]],
    ['C-01: a wildcard', listing(entry('/t/*/'))],
    ['C-03: no final slash', listing(entry('/t/acme'))],
    ['the root', listing(entry('/'))],
    ['the API itself', listing(entry('/api/session/'))],
    ['a traversal', listing(entry('/t/acme/../globex/'))],
    ['a deeper path', listing(entry(`/u/acme/${ANN}/x/`))],
    ['a hash that is none', listing(entry('/u/acme/bob/'))],
    ['expired', listing(entry('/t/acme/', NOW))],
    ['longer than any grant', listing(entry('/t/acme/', NOW + 901))],
    ['milliseconds', listing(entry('/t/acme/', (NOW + 600) * 1000))],
    ['a fraction', listing(`/t/acme/:${NOW + 600}.5`.replace('.5', '%2e5'))],
    ['no expiry', listing('/t/acme/')],
    ['C-34: attributes', listing(`${entry('/t/acme/')}"; Path=/`)],
    [
      'a large value',
      listing(...Array.from({ length: 90 }, (_, index) => entry(`/t/tenant-number-${index}/`))),
    ],
  ])('%s is ignored', async (_name, cookies) => {
    const answer = await new SessionBench().call({ method: 'GET', claims: null, cookies });

    expect(answer.status).toBe(200);
    expect(answer.body).toStrictEqual({ grants: [] });
  });

  it('C-30: a second cookie of the name adds, and each path counts once', async () => {
    const cookies = [
      ...listing(entry('/t/acme/')),
      ...listing(entry('/t/globex/'), entry('/t/acme/')),
    ];
    const answer = await new SessionBench().call({ method: 'GET', claims: null, cookies });

    expect(answer.body['grants']).toHaveLength(2);
  });

  it('what it says opens nothing', async () => {
    const bench = new SessionBench();
    const answer = await bench.call({ cookies: listing(entry('/t/globex/'), entry('/u/acme/')) });
    const sent = answer.cookies.map((cookie) => cookie.split(';')[0]).join('; ');

    expect(bench.opens('/t/globex/x', sent)).toBe(false);
    expect(clearedPaths(answer)).toStrictEqual(['/t/globex/', '/u/acme/']);
    expect(listedBy(answer)).not.toContain('globex');
  });
});

describe('POST /api/session with a list', () => {
  it('C-38: clears what another person left in the same browser, and keeps what both share', async () => {
    const bench = new SessionBench();
    const cookies = listing(entry('/t/acme/'), entry(`/u/acme/${BOB}/`), entry('/t/globex/'));
    const answer = await bench.call({ cookies });

    expect(clearedPaths(answer)).toStrictEqual([`/u/acme/${BOB}/`, '/t/globex/']);
    expect(listedBy(answer)).toBe(
      [entry('/t/acme/', NOW + 900), entry(`/u/acme/${ANN}/`, NOW + 900)].join('.'),
    );
  });

  it('leaves the cookies of tenants that were not asked for, and keeps listing them', async () => {
    const bench = new SessionBench();
    const answer = await bench.call({
      claims: { org_id: ['acme', 'globex'] },
      body: { tenants: ['acme'] },
      cookies: listing(entry('/t/globex/'), entry(`/u/globex/${ANN}/`)),
    });

    expect(clearedPaths(answer)).toStrictEqual([]);
    expect(listedBy(answer)).toContain(entry('/t/globex/'));
  });

  it('clears the cookies of a tenant that has been denied since', async () => {
    const bench = new SessionBench({ issuer: { deniedTenants: ['globex'] } });
    const answer = await bench.call({
      claims: { org_id: ['acme', 'globex'] },
      cookies: listing(entry('/t/globex/')),
    });

    expect(clearedPaths(answer)).toStrictEqual(['/t/globex/']);
  });

  it('what does not fit is cleared by the next answers', async () => {
    const bench = new SessionBench();
    const stale = Array.from({ length: 25 }, (_, index) =>
      entry(`/t/stale-tenant-number-${index}-of-many/`),
    );
    let cookies = listing(...stale);
    const cleared: string[] = [];
    for (let rounds = 0; rounds < 6; rounds += 1) {
      const answer = await bench.call({ cookies });
      cleared.push(...clearedPaths(answer));
      cookies = listing(listedBy(answer));
    }

    expect(new Set(cleared).size).toBe(25);
  });
});

describe('DELETE /api/session', () => {
  it.each(['lax', 'none'] as const)(
    'C-38: afterwards the browser sends nothing (%s)',
    async (sameSite) => {
      const bench = new SessionBench({ sameSite });
      const jar = new CookieJar();
      await fillJar(await bench.call({ claims: { org_id: ['acme', 'globex'] } }), jar);
      const cookies = [await jar.getCookieString(`${CONTENT_BASE_URL}/api/session`)];
      const answer = await bench.call({ method: 'DELETE', claims: null, cookies });
      await fillJar(answer, jar);

      expect(answer.body).toStrictEqual({
        cleared: ['/t/acme/', `/u/acme/${ANN}/`, '/t/globex/', `/u/globex/${ANN}/`],
      });
      for (const path of ['/t/acme/', `/u/acme/${ANN}/`, '/t/globex/', '/api/session']) {
        expect(await jar.getCookieString(`${CONTENT_BASE_URL}${path}`)).toBe('');
      }
    },
  );

  it.each(['lax', 'none'] as const)(
    'C-38: clears with identical Path and attributes (%s)',
    async (sameSite) => {
      const bench = new SessionBench({ sameSite });
      const made = await bench.call();
      const ended = await bench.call({
        method: 'DELETE',
        claims: null,
        cookies: listing(listedBy(made)),
      });
      const shapeOf = (answer: Answer): object[] =>
        answer.cookies
          .map(readSetCookie)
          .map(({ name, attributes }) => ({ name, ...attributes, 'Max-Age': '' }));

      expect(shapeOf(ended)).toStrictEqual(shapeOf(made));
      expect(ended.cookies.map(readSetCookie).filter(({ value }) => value !== '')).toStrictEqual(
        [],
      );
    },
  );

  it.each([
    ['no token', { claims: null }],
    ['an expired token', { claims: { exp: 1 } }],
    ['a broken token', { headers: { authorization: 'Bearer x' } }],
  ])('C-38: needs no valid token (%s)', async (_name, call) => {
    const answer = await new SessionBench().call({
      method: 'DELETE',
      cookies: listing(entry('/t/acme/')),
      ...call,
    });

    expect(answer.body).toStrictEqual({ cleared: ['/t/acme/'] });
  });

  it('without a list there is nothing to clear but the list', async () => {
    const answer = await new SessionBench().call({ method: 'DELETE', claims: null });

    expect(answer.body).toStrictEqual({ cleared: [] });
    expect(answer.cookies).toStrictEqual([
      `${NAME}=; Path=/api/session; Max-Age=0; Secure; HttpOnly; SameSite=Lax`,
    ]);
  });

  it('C-33: says what did not fit, and clears it when called again', async () => {
    const bench = new SessionBench();
    const many = Array.from({ length: 25 }, (_, index) =>
      entry(`/t/tenant-number-${index}-with-a-long-name/`),
    );
    const first = await bench.call({ method: 'DELETE', claims: null, cookies: listing(...many) });
    const bytes = first.cookies.reduce((sum, cookie) => sum + cookie.length + 14, 0);
    const again = await bench.call({
      method: 'DELETE',
      claims: null,
      cookies: listing(listedBy(first)),
    });

    expect(bytes).toBeLessThanOrEqual(7 * 1024);
    expect(first.body['remaining']).not.toHaveLength(0);
    expect(again.body['cleared']).toStrictEqual(first.body['remaining']);
    expect(again.body).not.toHaveProperty('remaining');
  });
});
