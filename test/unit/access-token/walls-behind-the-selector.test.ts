import { readUnverifiedSelection } from '#access-token/unverified-issuer';
import { createAccessTokenVerifier } from '#access-token/verify-access-token';
import {
  FakeClock,
  FakeIdentityProvider,
  genericIssuer,
  ISSUER,
  makeHmacToken,
  makeIssuerKey,
  makeToken,
  plainClaims,
} from './token-factory';

// The selector reads a token before it is verified. In these tests it is deceived, and the later
// checks must still refuse the token.
jest.mock('#access-token/unverified-issuer');

const key = makeIssuerKey('k1');

async function verdictOf(token: string): Promise<unknown> {
  jest.mocked(readUnverifiedSelection).mockReturnValue({
    ok: true,
    value: { unverifiedTokenIssuer: ISSUER, unverifiedKid: 'k1', unverifiedTyp: 'JWT' },
  });
  const verifier = await createAccessTokenVerifier({
    tokenIssuers: [genericIssuer()],
    pinnedJwks: {},
    allowLoopbackHttp: false,
    fetch: new FakeIdentityProvider(key).fetch,
    clock: new FakeClock(),
  });
  return await verifier.verify(token);
}

it('lets a good token through', async () => {
  expect(await verdictOf(makeToken(key, plainClaims()))).toMatchObject({ ok: true });
});

it.each([`${ISSUER}/`, 'https://evil.example', undefined])(
  'J-05: a signed token that names the issuer %s is refused',
  async (iss) => {
    expect(await verdictOf(makeToken(key, plainClaims({ iss })))).toMatchObject({
      ok: false,
      refusal: iss === undefined ? 'claim-missing' : 'claim-mismatch',
    });
  },
);

it.each([
  ['HS256 keyed with the public PEM', makeHmacToken(key, plainClaims())],
  ['RS512 over an RS256 signature', makeToken(key, plainClaims(), { alg: 'RS512' })],
  ['none', makeToken(key, plainClaims(), { alg: 'none' })],
])('J-01: %s is refused, and not by a fault of ours', async (_name, token) => {
  expect(await verdictOf(token)).toStrictEqual({ ok: false, refusal: 'token-malformed' });
});
