import fc from 'fast-check';
import { createAccessTokenVerifier } from '#access-token/verify-access-token';
import {
  FakeClock,
  FakeIdentityProvider,
  genericIssuer,
  ISSUER,
  makeIssuerKey,
  makeToken,
  plainClaims,
} from '#test/unit/access-token/token-factory';

const key = makeIssuerKey('k1');
const foreignKey = makeIssuerKey('k1');
const genuine = makeToken(key, plainClaims());
const RUNS = { numRuns: 1000 };

const verifier = createAccessTokenVerifier({
  tokenIssuers: [genericIssuer()],
  pinnedJwks: { [ISSUER]: { keys: [key.jwk] } },
  allowLoopbackHttp: false,
  fetch: new FakeIdentityProvider(key).fetch,
  clock: new FakeClock(),
});

const isAccepted = async (token: string): Promise<boolean> =>
  (await (await verifier).verify(token)).ok;

const anyJson = fc.json({ maxDepth: 3 });
const anyMembers = fc.dictionary(
  fc.constantFrom(
    'alg',
    'kid',
    'typ',
    'jwk',
    'jku',
    'crit',
    'iss',
    'sub',
    'exp',
    'iat',
    'aud',
    'org_id',
    '__proto__',
  ),
  fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.string()),
  ),
);

describe('hostile tokens', () => {
  it('are accepted only as they were issued', async () => {
    expect(await isAccepted(genuine)).toBe(true);
  });

  it('J-10: no text that is no token is accepted, or makes anything throw', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.base64String(), fc.webUrl()),
        async (text) => {
          expect(await isAccepted(text)).toBe(false);
        },
      ),
      RUNS,
    );
  });

  it('J-10: no single change to a genuine token is accepted', async () => {
    const change = fc.tuple(
      fc.nat({ max: genuine.length - 1 }),
      fc.constantFrom('replace' as const, 'insert' as const, 'delete' as const),
      fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(change, async ([at, how, character]) => {
        const middle = { replace: character, insert: character + (genuine[at] ?? ''), delete: '' }[
          how
        ];
        const changed = genuine.slice(0, at) + middle + genuine.slice(at + 1);
        fc.pre(changed !== genuine);
        expect(await isAccepted(changed)).toBe(false);
      }),
      RUNS,
    );
  });

  it('J-01, J-05: nothing that another key signed is accepted, whatever it says', async () => {
    await fc.assert(
      fc.asyncProperty(anyMembers, anyMembers, async (header, claims) => {
        const token = makeToken(foreignKey, { ...plainClaims(), ...claims }, header);
        expect(await isAccepted(token)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('J-10: signed text that is no set of claims is refused, not thrown at', async () => {
    await fc.assert(
      fc.asyncProperty(anyJson, async (json) => {
        expect(await isAccepted(makeToken(key, json))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('J-04: whatever an issuer writes into its claims, the verdict has a reason or an identity', async () => {
    await fc.assert(
      fc.asyncProperty(anyMembers, async (claims) => {
        const verdict = await (
          await verifier
        ).verify(makeToken(key, { ...plainClaims(), ...claims }));
        const tenants = verdict.ok ? verdict.value.tenants : [verdict.refusal];
        expect(
          tenants.filter((text) => !/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(text)),
        ).toStrictEqual([]);
        expect(tenants).not.toHaveLength(0);
      }),
      { numRuns: 300 },
    );
  });
});
