import { NOW } from '#test/unit/access-token/token-factory';
import { APP_ORIGIN, type Call, ORIGIN_SECRETS, SessionBench } from './session-bench';

const UNAUTHENTICATED =
  '{"type":"urn:edgepass:problem:unauthenticated","title":"Authentication is required","status":401}';

interface Refusal {
  readonly status: number;
  readonly reasons: readonly string[];
}

async function refusalOf(call: Call, bench = new SessionBench()): Promise<Refusal> {
  const { status, cookies } = await bench.call(call);
  expect(cookies).toStrictEqual([]);
  return { status, reasons: bench.telemetry.refusals };
}

const refused = (status: number, reason: string): Refusal => ({ status, reasons: [reason] });

describe('S-13: requests that did not come through the distribution', () => {
  it.each([
    ['no header', undefined],
    ['an empty one', ''],
    ['another value', '0b8b9a3e-53a5-4c5e-9d6e-5f3a0e9d7c12'],
    ['a prefix', ORIGIN_SECRETS[0].slice(0, -1)],
    ['more than the value', `${ORIGIN_SECRETS[0]}0`],
    ['two values', `${ORIGIN_SECRETS[0]},${ORIGIN_SECRETS[0]}`],
    ['JSON of both', JSON.stringify(ORIGIN_SECRETS)],
  ])('S-13: %s is refused', async (_name, secret) => {
    expect(await refusalOf({ headers: { 'x-edgepass-origin-secret': secret } })).toStrictEqual(
      refused(403, 'origin-secret-refused'),
    );
  });

  it.each(['GET', 'DELETE', 'OPTIONS', 'PUT', 'HEAD'])(
    'S-13: %s needs it as well',
    async (method) => {
      const headers = { 'x-edgepass-origin-secret': undefined };

      expect(await refusalOf({ method, headers })).toStrictEqual(
        refused(403, 'origin-secret-refused'),
      );
    },
  );

  it('S-13: nothing else is looked at before it', async () => {
    const bench = new SessionBench();

    await refusalOf(
      { claims: null, path: '/nowhere', headers: { 'x-edgepass-origin-secret': undefined } },
      bench,
    );

    expect(bench.telemetry.refusals).toStrictEqual(['origin-secret-refused']);
  });

  it('S-13: the second secret is as good while one replaces the other', async () => {
    const answer = await new SessionBench().call({
      headers: { 'x-edgepass-origin-secret': ORIGIN_SECRETS[1] },
    });

    expect(answer.status).toBe(200);
  });
});

describe('J-17: where a token may come from', () => {
  const token = new SessionBench().makeToken();

  it.each([
    ['none', undefined, 'authorization-missing'],
    ['an empty header', '', 'authorization-missing'],
    [
      'two headers, joined by the gateway',
      `Bearer ${token},Bearer ${token}`,
      'authorization-duplicate',
    ],
    ['two headers of two schemes', `Basic YTpi, Bearer ${token}`, 'authorization-duplicate'],
    ['Basic', 'Basic YTpi', 'authorization-malformed'],
    ['no scheme', token, 'authorization-malformed'],
    ['no token', 'Bearer', 'authorization-malformed'],
    ['two spaces', `Bearer  ${token}`, 'authorization-malformed'],
    ['a tab', `Bearer\t${token}`, 'authorization-malformed'],
    ['a second word', `Bearer ${token} x`, 'authorization-malformed'],
    ['quotes', `Bearer "${token}"`, 'authorization-malformed'],
    ['an encrypted token of five parts', 'Bearer a.b.c.d.e', 'authorization-malformed'],
  ])('J-17: %s is refused', async (_name, authorization, reason) => {
    expect(await refusalOf({ headers: { authorization } })).toStrictEqual(refused(401, reason));
  });

  it('J-17: two header names that differ in case are two headers', async () => {
    expect(await refusalOf({ headers: { Authorization: `Bearer ${token}` } })).toStrictEqual(
      refused(401, 'authorization-duplicate'),
    );
  });

  it.each(['access_token', 'id_token', 'token', 'jwt', 'authorization'])(
    'J-17: %s in the query is refused, with and without the header',
    async (name) => {
      const query = `${name}=${token}`;

      expect(await refusalOf({ query })).toStrictEqual(refused(401, 'token-in-query'));
      expect(await refusalOf({ query, claims: null })).toStrictEqual(
        refused(401, 'token-in-query'),
      );
    },
  );

  it('J-17: another token in a cookie is a conflict', async () => {
    const cookies = [`__session=${new SessionBench().makeToken({ sub: 'eve' })}`];

    expect(await refusalOf({ cookies })).toStrictEqual(refused(401, 'token-sources-conflict'));
  });

  it('J-17: a cookie alone is no token', async () => {
    expect(await refusalOf({ claims: null, cookies: [`__session=${token}`] })).toStrictEqual(
      refused(401, 'authorization-missing'),
    );
  });

  it('J-17: a body is no place for a token either', async () => {
    expect(await refusalOf({ body: { token } })).toStrictEqual(refused(400, 'body-shape'));
  });

  it('takes the scheme in any case, as RFC 9110 says', async () => {
    const answer = await new SessionBench().call({ headers: { authorization: `bearer ${token}` } });

    expect(answer.status).toBe(200);
  });
});

describe('J-18: what a refused caller learns', () => {
  it('J-18: the same bytes for every failure of the token, and the reason only in the log', async () => {
    const calls: Call[] = [
      { claims: null },
      { claims: { exp: NOW - 600 } },
      { claims: { iss: 'https://evil.example' } },
      { claims: { aud: 'other' } },
      { claims: { iat: NOW + 600 } },
      { claims: { sub: '' } },
      { headers: { authorization: 'Bearer x' } },
      {
        headers: { authorization: `Bearer ${new SessionBench().makeToken().slice(0, -8)}AAAAAAAA` },
      },
      { query: 'access_token=x' },
    ];
    const answers = await Promise.all(
      calls.map(async (call) => {
        const bench = new SessionBench();
        const { status, headers, cookies, text } = await bench.call(call);
        return {
          bytes: JSON.stringify({ status, headers, cookies, text }),
          reasons: bench.telemetry.refusals,
        };
      }),
    );

    expect(new Set(answers.map(({ bytes }) => bytes)).size).toBe(1);
    expect(new Set(answers.map(({ reasons }) => reasons.join())).size).toBeGreaterThan(6);
    expect(JSON.parse(answers[0]?.bytes ?? '')).toStrictEqual({
      status: 401,
      headers: {
        'access-control-allow-credentials': 'true',
        'access-control-allow-origin': APP_ORIGIN,
        'access-control-expose-headers': 'date',
        'cache-control': 'no-store',
        'content-type': 'application/problem+json',
        vary: 'Origin',
        'www-authenticate': 'Bearer',
      },
      cookies: [],
      text: UNAUTHENTICATED,
    });
  });

  it('J-18: a refusal is one warning with its reason code, and counted', async () => {
    const bench = new SessionBench();
    await bench.call({ claims: { exp: NOW - 600 } });

    expect(bench.telemetry.lines).toStrictEqual([
      {
        level: 'warn',
        message: 'request refused',
        fields: { reason: 'token-expired', status: 401, method: 'POST' },
      },
    ]);
  });

  it('C-57: no token, cookie, signature or secret is in any log line or body', async () => {
    const bench = new SessionBench();
    const token = bench.makeToken();
    const opened = await bench.call({ headers: { authorization: `Bearer ${token}` } });
    await bench.call({ claims: { exp: 1 }, query: 'access_token=x' });
    await bench.call({ headers: { authorization: `Bearer ${token.slice(0, -4)}AAAA` } });
    bench.kms.distort = () => {
      throw new Error('KMS is down');
    };
    bench.clock.seconds += 120;
    await bench.call({ headers: { authorization: `Bearer ${token}` } });
    const told = JSON.stringify([bench.telemetry.lines, bench.logs.records]);
    const secrets = [
      ...token.split('.'),
      ...opened.cookies.slice(0, 2).map((cookie) => cookie.split(/[=;]/)[1] ?? ''),
      ...ORIGIN_SECRETS,
    ];

    expect(secrets.filter((secret) => told.includes(secret))).toStrictEqual([]);
    expect(told).not.toMatch(/eyJ[A-Za-z0-9_-]{20}|Bearer|CloudFront-/);
    expect(opened.text).not.toMatch(/eyJ/);
  });
});

describe('C-35: cross-site requests', () => {
  it('C-35: a form of another site, with cookies only, is unauthenticated', async () => {
    const call = {
      claims: null,
      headers: {
        origin: 'https://evil.example',
        'content-type': 'application/x-www-form-urlencoded',
      },
      cookies: ['__session=whatever'],
      body: 'tenants=acme',
    };

    expect(await refusalOf(call)).toStrictEqual(refused(401, 'authorization-missing'));
  });

  it.each([
    'https://evil.example',
    'null',
    '',
    'https://app.example.com.evil.example',
    'https://app.example.com:8443',
    'http://app.example.com',
    'https://APP.example.com',
    'https://app.example.com/',
    'https://app.example.com, https://evil.example',
    '*',
  ])('C-35: with a token, Origin %j is refused and gets no CORS header', async (origin) => {
    const bench = new SessionBench();
    const answer = await bench.call({ headers: { origin } });

    expect(answer.status).toBe(403);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect(bench.telemetry.refusals).toStrictEqual(['request-origin-refused']);
    expect(bench.kms.commands).toStrictEqual([]);
  });

  it.each(['sec-fetch-site', 'Sec-Fetch-Mode', 'sec-fetch-dest'])(
    'C-35: without Origin, %s says that it is a browser all the same',
    async (name) => {
      expect(await refusalOf({ headers: { origin: undefined, [name]: 'none' } })).toStrictEqual(
        refused(403, 'request-origin-missing'),
      );
    },
  );

  it.each([
    ['curl and mobile apps', {}],
    ["a backend on Node's fetch", { 'sec-fetch-mode': 'cors' }],
  ])('C-35: %s may call without Origin', async (_caller, headers) => {
    const answer = await new SessionBench().call({ headers: { origin: undefined, ...headers } });

    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect(answer.headers['vary']).toBe('Origin');
  });

  it.each(['GET', 'DELETE'])('C-35: %s follows the same rule', async (method) => {
    const headers = { origin: 'https://evil.example' };

    expect(await refusalOf({ method, claims: null, headers })).toStrictEqual(
      refused(403, 'request-origin-refused'),
    );
  });
});

describe('C-36: preflight', () => {
  it.each([APP_ORIGIN, 'https://admin.example.com'])(
    'C-36: %s is answered exactly, never *',
    async (origin) => {
      const answer = await new SessionBench().call({
        method: 'OPTIONS',
        claims: null,
        headers: { origin, 'access-control-request-method': 'POST' },
      });

      expect(answer.status).toBe(204);
      expect(answer.text).toBe('');
      expect(answer.headers).toStrictEqual({
        'access-control-allow-credentials': 'true',
        'access-control-allow-headers': 'authorization,content-type',
        'access-control-allow-methods': 'POST,GET,DELETE',
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'date',
        'access-control-max-age': '600',
        'cache-control': 'no-store',
        vary: 'Origin, Access-Control-Request-Headers',
      });
    },
  );

  it('C-36: a program that names no origin is told nothing that pages may do', async () => {
    const call = { method: 'OPTIONS', claims: null, headers: { origin: undefined } };
    const answer = await new SessionBench().call(call);

    expect(answer.status).toBe(204);
    expect(answer.headers).toStrictEqual({ 'cache-control': 'no-store', vary: 'Origin' });
  });

  it.each(['https://evil.example', 'null', undefined])('C-36: %s gets nothing', async (origin) => {
    const bench = new SessionBench();
    const headers = { origin, 'sec-fetch-site': 'cross-site' };
    const answer = await bench.call({ method: 'OPTIONS', claims: null, headers });

    expect(answer.status).toBe(403);
    expect(
      Object.keys(answer.headers).filter((name) => name.startsWith('access-control-')),
    ).toStrictEqual([]);
  });
});

describe('what a body may say', () => {
  it.each<[string, unknown, number, string]>([
    ['no JSON', '{', 400, 'body-not-json'],
    ['no UTF-8 JSON', '\ufeff', 400, 'body-not-json'],
    ['a list', [], 400, 'body-shape'],
    ['null', 'null', 400, 'body-shape'],
    ['a string', '"acme"', 400, 'body-shape'],
    ['an unknown member', { tenant: 'acme' }, 400, 'body-shape'],
    ['C-04: a policy', { policy: '{"Statement":[]}' }, 400, 'body-shape'],
    ['C-08: a lifetime', { tenants: ['acme'], lifetimeSeconds: 86_400 }, 400, 'body-shape'],
    ['no tenants', { tenants: [] }, 400, 'body-shape'],
    ['tenants that are no list', { tenants: 'acme' }, 400, 'body-shape'],
    ['C-01: a wildcard', { tenants: ['*'] }, 400, 'body-shape'],
    ['C-01: a traversal', { tenants: ['acme', '../globex'] }, 400, 'body-shape'],
    ['a tenant that is no text', { tenants: ['acme', 7] }, 400, 'body-shape'],
    [
      '51 tenants',
      { tenants: Array.from({ length: 51 }, (_, index) => `t${index}`) },
      400,
      'body-shape',
    ],
    ['8 KB and more', `{"tenants":["acme"]}${' '.repeat(8192)}`, 413, 'body-too-large'],
    ['64 KB and more', 'x'.repeat(65_537), 413, 'body-too-large'],
  ])('%s is refused', async (...[, body, status, reason]) => {
    expect(await refusalOf({ body })).toStrictEqual(refused(status, reason));
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', '', undefined, 'application/jsonp'])(
    'C-35: %j is not a media type that only scripts can send',
    async (type) => {
      expect(await refusalOf({ body: {}, headers: { 'content-type': type } })).toStrictEqual(
        refused(415, 'body-media-type'),
      );
    },
  );

  it.each(['application/json', 'Application/JSON; charset=utf-8'])('%s is fine', async (type) => {
    const answer = await new SessionBench().call({ body: {}, headers: { 'content-type': type } });

    expect(answer.status).toBe(200);
  });
});

describe('routes', () => {
  it.each([
    '/',
    '/api',
    '/api/session/',
    '/api/sessions',
    '/api/session/x',
    '/t/acme/x',
    '//api/session',
    '/x/../api/session',
    '/api/./session',
    '/api/%2e%2e/api/session',
    '\\api\\session',
    '/%61pi/session',
    '',
  ])('%s does not exist', async (path) => {
    expect(await refusalOf({ path })).toStrictEqual(refused(404, 'route-unknown'));
  });

  it.each(['PUT', 'PATCH', 'TRACE2', 'post2'])('%s is not allowed', async (method) => {
    const bench = new SessionBench();
    const answer = await bench.call({ method });

    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe('POST, GET, DELETE, OPTIONS');
    expect(bench.telemetry.refusals).toStrictEqual(['method-refused']);
  });
});

describe('tenants that get nothing', () => {
  it.each([
    [{ org_id: undefined }, 'no-tenant'],
    [{ org_id: '*' }, 'no-tenant'],
    [{ org_id: { id: 'acme' } }, 'tenant-claim-malformed'],
    [{ org_id: 'initech' }, 'tenant-denied'],
  ])('a token with %j gets 403', async (claims, reason) => {
    const bench = new SessionBench({ issuer: { deniedTenants: ['initech'] } });

    expect(await refusalOf({ claims }, bench)).toStrictEqual(refused(403, reason));
  });
});

describe('when something that is needed fails, nothing is granted', () => {
  it('KMS: 503, and no record of a grant that was not made', async () => {
    const bench = new SessionBench();
    bench.kms.distort = () => {
      throw new Error('KMS is down');
    };

    expect(await refusalOf({}, bench)).toStrictEqual(refused(503, 'signing-failed'));
    expect(bench.logs.records).toStrictEqual([]);
    expect(bench.telemetry.lines[0]).toMatchObject({
      level: 'error',
      fields: {
        reason: 'signing-failed',
        error: { name: 'KmsSigningError', cause: { message: 'KMS is down' } },
      },
    });
  });

  it('KMS: the failure is not remembered', async () => {
    const bench = new SessionBench();
    bench.kms.distort = () => {
      throw new Error('KMS is down');
    };
    await bench.call();
    bench.kms.distort = (answer) => answer;

    expect((await bench.call()).status).toBe(200);
  });

  it.each(['CreateLogStreamCommand', 'PutLogEventsCommand'])(
    'the grant log (%s): 503, and no cookie leaves',
    async (failing) => {
      const bench = new SessionBench();
      bench.logs.respond = (name) => {
        if (name === failing) throw new Error('Logs is down');
        return {};
      };

      expect(await refusalOf({}, bench)).toStrictEqual(refused(503, 'grant-log-failed'));
      expect(bench.telemetry.issued).toBe(0);
    },
  );

  it('the grant log: records that CloudWatch takes and then rejects count as not written', async () => {
    const bench = new SessionBench();
    bench.logs.respond = (name) =>
      name === 'PutLogEventsCommand'
        ? { rejectedLogEventsInfo: { tooOldLogEventEndIndex: 0 } }
        : {};

    expect(await refusalOf({}, bench)).toStrictEqual(refused(503, 'grant-log-failed'));
  });

  it('the identity provider: 503 with Retry-After where no key is known', async () => {
    const bench = new SessionBench();
    await bench.call({ method: 'GET' });
    bench.clock.seconds += 25 * 3600;
    bench.provider.respond = () => new Response(null, { status: 500 });
    const answer = await bench.call({ claims: { iat: NOW + 25 * 3600, exp: NOW + 26 * 3600 } });

    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('10');
    expect(bench.telemetry.refusals).toStrictEqual(['jwks-unavailable']);
  });

  it('the clock: an impossible time is our own failure', async () => {
    const bench = new SessionBench();
    await bench.call({ method: 'GET' });
    bench.clock.now = () => {
      throw new RangeError('no time');
    };
    const answer = await bench.call();

    expect(answer.status).toBe(500);
    expect(answer.text).toBe(
      '{"type":"urn:edgepass:problem:internal-error","title":"The request could not be completed","status":500}',
    );
    expect(bench.telemetry.lines[0]).toMatchObject({
      level: 'error',
      fields: { reason: 'internal-error', error: { name: 'RangeError', message: 'no time' } },
    });
  });
});

describe('a function that is not configured', () => {
  it.each<[string, ConstructorParameters<typeof SessionBench>[0], RegExp]>([
    [
      'no settings',
      {
        settings: () => {
          throw new Error('ENOENT: settings.json');
        },
      },
      /ENOENT/,
    ],
    ['settings that are none', { settings: () => ({}) }, /issuers: got nothing/],
    [
      'a missing variable',
      { variables: { EDGEPASS_GRANT_LOG_GROUP: undefined } },
      /EDGEPASS_GRANT_LOG_GROUP/,
    ],
    [
      'an unusable secret',
      { variables: { EDGEPASS_ORIGIN_SECRETS: '["x"]' } },
      /EDGEPASS_ORIGIN_SECRETS/,
    ],
  ])(
    '%s: every request gets 503, and the log says what is wrong',
    async (...[, options, problem]) => {
      const bench = new SessionBench(options);
      for (const method of ['POST', 'GET', 'DELETE', 'OPTIONS']) {
        const answer = await bench.call({ method });

        expect(answer).toMatchObject({
          status: 503,
          cookies: [],
          text: '{"type":"urn:edgepass:problem:not-configured","title":"The service is not configured","status":503}',
        });
        expect(answer.headers['cache-control']).toBe('no-store');
      }

      expect(bench.telemetry.refusals).toStrictEqual(Array(4).fill('not-configured'));
      expect(JSON.stringify(bench.telemetry.lines[0])).toMatch(problem);
    },
  );
});
