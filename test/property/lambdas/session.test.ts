import fc from 'fast-check';
import { isTenantId } from '#core/tenancy/tenant-id';
import { userHash } from '#core/user-hash';
import { ISSUER, NOW } from '#test/unit/access-token/token-factory';
import {
  type Answer,
  ORIGIN_SECRETS,
  readSetCookie,
  SessionBench,
} from '#test/unit/lambdas/session/session-bench';

/**
 * The grammar of RFC 6265 section 4.1.1 for the cookies that the function sets: token,
 * cookie-octets, and attributes without `;` or control characters.
 */
const SET_COOKIE =
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+=[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*; Path=\/[A-Za-z0-9_/-]+\/?; Max-Age=\d+; Secure; HttpOnly; SameSite=(?:Lax|None; Partitioned)$/;
const MEMBERS_OF_PROBLEM = ['type', 'title', 'status'];
const RUNS = { numRuns: 1000 };

const tenantId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/);
const path = fc.oneof(
  tenantId.map((tenant) => `/t/${tenant}/`),
  tenantId.map((tenant) => `/u/${tenant}/`),
  fc
    .tuple(tenantId, fc.string())
    .map(
      ([tenant, name]) =>
        `/u/${tenant}/${userHash(ISSUER, `x${name.replace(/\p{Surrogate}/gu, '')}`)}/`,
    ),
);
const entry = fc
  .tuple(path, fc.integer({ min: NOW - 100, max: NOW + 2000 }))
  .map(([one, expiry]) => `${one}:${expiry}`);
const latin = fc.stringMatching(/^[ -~]{0,80}$/);
const scopesCookie = fc
  .array(fc.oneof(entry, entry, latin), { maxLength: 40 })
  .map((entries) => `__Secure-edgepass-scopes=${entries.join('.')}`);

const countBytes = (answer: Answer): number =>
  answer.cookies.reduce((sum, cookie) => sum + cookie.length + 14, 0);

const scopesSet = (answer: Answer, isSet: boolean): string[] => [
  ...new Set(
    answer.cookies
      .map(readSetCookie)
      .filter(({ name, value }) => name.startsWith('CloudFront-') && (value !== '') === isSet)
      .map(({ attributes }) => attributes['Path'] ?? ''),
  ),
];

describe.each(['lax', 'none'] as const)('cookies (%s)', (sameSite) => {
  const bench = new SessionBench({ algorithm: 'ECDSA_SHA_256', sameSite });

  it('C-34, C-33: every cookie is as RFC 6265 writes it, and one answer is below 7 KB', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(tenantId, { minLength: 1, maxLength: 12 }),
        fc.string({ minLength: 1, maxLength: 40 }),
        scopesCookie,
        async (org_id, sub, cookie) => {
          const answer = await bench.call({ claims: { org_id, sub }, cookies: [cookie] });
          expect(answer.status).toBe(200);
          expect(answer.cookies.filter((one) => !SET_COOKIE.test(one))).toStrictEqual([]);
          expect(countBytes(answer)).toBeLessThanOrEqual(7 * 1024);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('C-30: whatever the list of scopes says, sets are made for own tenants only, and none inside another', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(tenantId, { minLength: 1, maxLength: 4 }),
        scopesCookie,
        async (org_id, cookie) => {
          const answer = await bench.call({ claims: { org_id }, cookies: [cookie] });
          const made = scopesSet(answer, true);
          const cleared = scopesSet(answer, false);
          const own = org_id.flatMap((tenant) => [
            `/t/${tenant}/`,
            `/u/${tenant}/${userHash(ISSUER, 'ann')}/`,
          ]);
          expect(made.filter((one) => !own.includes(one))).toStrictEqual([]);
          expect(cleared.filter((one) => own.includes(one))).toStrictEqual([]);
          expect(
            made.filter((one) => made.some((other) => other !== one && one.startsWith(other))),
          ).toStrictEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('C-38: DELETE answers every list within the limit and clears real scopes only', async () => {
    await fc.assert(
      fc.asyncProperty(scopesCookie, async (cookie) => {
        const answer = await bench.call({ method: 'DELETE', claims: null, cookies: [cookie] });
        expect(answer.status).toBe(200);
        expect(scopesSet(answer, true)).toStrictEqual([]);
        expect(answer.cookies.filter((one) => !SET_COOKIE.test(one))).toStrictEqual([]);
        expect(
          scopesSet(answer, false).filter((one) => !isTenantId(one.split('/')[2] ?? '')),
        ).toStrictEqual([]);
        expect(countBytes(answer)).toBeLessThanOrEqual(7 * 1024);
      }),
      RUNS,
    );
  });
});

describe('hostile requests', () => {
  const bench = new SessionBench();
  const headerName = fc.constantFrom(
    ...['authorization', 'Authorization', 'cookie', 'origin', 'content-type', 'sec-fetch-site'],
    ...['x-forwarded-for', 'x-edgepass-origin-secret', 'host', '__proto__', 'a b', ''],
  );
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.integer(),
    fc.constant(null),
    fc.array(fc.string()),
  );
  const event = fc.record(
    {
      rawPath: fc.oneof(fc.constant('/api/session'), fc.string(), fc.webPath()),
      rawQueryString: fc.oneof(fc.webQueryParameters(), fc.string({ unit: 'binary' })),
      headers: fc.dictionary(
        headerName,
        fc.oneof(
          anything,
          fc.constantFrom(ORIGIN_SECRETS[0], 'Bearer a.b.c', 'https://app.example.com'),
        ),
      ),
      cookies: fc.oneof(fc.array(fc.string({ unit: 'binary' })), anything),
      requestContext: fc.oneof(
        fc.record({
          http: fc.record({
            method: fc.constantFrom('GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PUT', '', 'X Y'),
          }),
        }),
        anything,
      ),
      body: fc.oneof(fc.json(), anything),
      isBase64Encoded: fc.boolean(),
    },
    { requiredKeys: [] },
  );

  const judge = (answer: Answer): void => {
    expect([200, 204, 400, 401, 403, 404, 405, 413, 415]).toContain(answer.status);
    expect(scopesSet(answer, true)).toStrictEqual([]);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.status >= 400 ? Object.keys(answer.body) : MEMBERS_OF_PROBLEM).toStrictEqual(
      answer.status >= 400 && answer.text === '' ? [] : MEMBERS_OF_PROBLEM,
    );
    expect(/ at |\.ts|\.js|node_modules/.test(answer.text)).toBe(false);
  };

  it('C-35, J-17: no event without a token is granted anything, and none is answered with a stack or 500', async () => {
    const signedBefore = bench.kms.commands.length;
    await fc.assert(
      fc.asyncProperty(fc.oneof(event, anything), async (one) => {
        judge(await bench.send(one));
      }),
      RUNS,
    );
    expect(bench.kms.commands).toHaveLength(signedBefore);
  });

  it('the same for events that come through the distribution', async () => {
    const signedBefore = bench.kms.commands.length;
    await fc.assert(
      fc.asyncProperty(event, async (one) => {
        const headers = { ...one.headers, 'x-edgepass-origin-secret': ORIGIN_SECRETS[0] };
        judge(await bench.send({ ...one, headers, rawPath: '/api/session' }));
      }),
      RUNS,
    );
    expect(bench.kms.commands).toHaveLength(signedBefore);
  });

  it('no body makes a valid token grant more than its own tenant', async () => {
    const bodies = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.oneof(tenantId, fc.constantFrom('acme', '*', '../x')))
        .map((tenants) => JSON.stringify({ tenants })),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const answer = await bench.call({ body });
        expect([200, 400, 403, 413, 415]).toContain(answer.status);
        expect(scopesSet(answer, true).filter((one) => !/^\/[tu]\/acme\//.test(one))).toStrictEqual(
          [],
        );
      }),
      { numRuns: 300 },
    );
  });
});
