import { resolveIssuer } from '#access-token/presets';
import type { TokenIssuer } from '#access-token/token-issuer';
import { createAccessTokenVerifier, type TokenOutcome } from '#access-token/verify-access-token';
import { personalTenantId } from '#core/user-hash';
import {
  FakeClock,
  FakeIdentityProvider,
  genericIssuer,
  ISSUER,
  makeIssuerKey,
  makeToken,
  NOW,
  plainClaims,
} from './token-factory';

const key = makeIssuerKey('k1');

async function verdictOf(
  claims: Record<string, unknown>,
  tokenIssuer: TokenIssuer,
): Promise<TokenOutcome> {
  const verifier = await createAccessTokenVerifier({
    tokenIssuers: [tokenIssuer],
    pinnedJwks: { [ISSUER]: { keys: [key.jwk] } },
    allowLoopbackHttp: false,
    fetch: new FakeIdentityProvider(key).fetch,
    clock: new FakeClock(),
  });
  return await verifier.verify(makeToken(key, claims));
}

const refused = (reason: string): object => ({ ok: false, refusal: reason });
const tenantsAre = (...tenants: readonly string[]): object => ({
  ok: true,
  value: { tenants },
});

describe('tenants from a claim', () => {
  it.each([
    ['a string', 'acme', ['acme']],
    ['a list', ['acme', 'globex'], ['acme', 'globex']],
    ['a list with repetitions', ['acme', 'acme'], ['acme']],
    ['a name like a literal', ['null', 'true', 'undefined'], ['null', 'true', 'undefined']],
  ])('%s', async (_name, value, tenants) => {
    expect(await verdictOf(plainClaims({ org_id: value }), genericIssuer())).toMatchObject(
      tenantsAre(...tenants),
    );
  });

  it.each([
    ['absent', undefined],
    ['null', null],
    ['empty', ''],
    ['an empty list', []],
  ])('%s: no tenant', async (_name, value) => {
    expect(await verdictOf(plainClaims({ org_id: value }), genericIssuer())).toStrictEqual(
      refused('no-tenant'),
    );
  });

  it.each([
    '*',
    'ac?e',
    'acme/../globex',
    'acme ',
    ' acme',
    'acme,globex',
    'acme\n',
    '-acme',
    'ａcme',
    'a'.repeat(64),
    '%61cme',
  ])('C-01: %j is no tenant, and is neither trimmed nor escaped into one', async (org_id) => {
    expect(await verdictOf(plainClaims({ org_id }), genericIssuer())).toStrictEqual(
      refused('no-tenant'),
    );
  });

  it('C-01: values of a list that are no tenant ids are left out and counted', async () => {
    const org_id = ['acme', '*', 'eu-central-1_x Google', 'globex'];

    expect(await verdictOf(plainClaims({ org_id }), genericIssuer())).toMatchObject({
      value: { tenants: ['acme', 'globex'], ignoredTenantValues: 2 },
    });
  });

  it.each([
    ['a number', 7],
    ['an object', { id: 'acme' }],
    ['a list with a number', ['acme', 7]],
    ['a nested list', [['acme']]],
    ['201 values', Array.from({ length: 201 }, (_, index) => `t${index}`)],
  ])('%s is malformed, and no part of it counts', async (_name, value) => {
    expect(await verdictOf(plainClaims({ org_id: value }), genericIssuer())).toStrictEqual(
      refused('tenant-claim-malformed'),
    );
  });

  it('C-01: the personal tenant of somebody else is none that a claim can give', async () => {
    const stolen = personalTenantId('https://other.example.com', 'ann');

    expect(await verdictOf(plainClaims({ org_id: stolen }), genericIssuer())).toStrictEqual(
      refused('no-tenant'),
    );
    expect(
      await verdictOf(
        plainClaims({ org_id: [stolen, 'acme', 'personal-computers'] }),
        genericIssuer(),
      ),
    ).toMatchObject({
      value: { tenants: ['acme', 'personal-computers'], ignoredTenantValues: 1 },
    });
  });

  it('200 values are not too many', async () => {
    const org_id = Array.from({ length: 200 }, (_, index) => `t${index}`);

    expect(await verdictOf(plainClaims({ org_id }), genericIssuer())).toMatchObject(
      tenantsAre(...org_id),
    );
  });

  it.each([
    ['org.constructor.name', { org: {} }],
    ['org.toString', { org: {} }],
    ['__proto__.constructor', {}],
    ['org_id.0', { org_id: 'acme' }],
    ['org_id.length', { org_id: 'acme' }],
  ])('the claim %s is read from own members of objects only', async (claim, claims) => {
    const nested = genericIssuer({ tenants: { from: 'claim', claim } });

    expect(await verdictOf(plainClaims(claims), nested)).toStrictEqual(refused('no-tenant'));
  });
});

describe('tenants without a claim', () => {
  it('fixed: one for everybody who is signed in', async () => {
    const fixed = genericIssuer({ tenants: { from: 'fixed', tenant: 'acme' } });

    expect(await verdictOf(plainClaims({ org_id: 'globex' }), fixed)).toMatchObject(
      tenantsAre('acme'),
    );
  });

  it('personal: one for each person, the same every time', async () => {
    const personal = genericIssuer({ tenants: { from: 'personal' } });

    expect(await verdictOf(plainClaims(), personal)).toMatchObject(
      tenantsAre(personalTenantId(ISSUER, 'ann')),
    );
    expect(await verdictOf(plainClaims({ sub: 'bob' }), personal)).toMatchObject(
      tenantsAre(personalTenantId(ISSUER, 'bob')),
    );
  });
});

describe('denied tenants', () => {
  const deniedTenants = ['acme', 'initech', personalTenantId(ISSUER, 'ann')];

  it('are taken out of what a token gives', async () => {
    expect(
      await verdictOf(
        plainClaims({ org_id: ['acme', 'globex'] }),
        genericIssuer({ deniedTenants }),
      ),
    ).toMatchObject(tenantsAre('globex'));
  });

  it.each<[string, Parameters<typeof genericIssuer>[0]]>([
    ['claim', {}],
    ['fixed', { tenants: { from: 'fixed', tenant: 'initech' } }],
    ['personal', { tenants: { from: 'personal' } }],
  ])('leave nothing of a token that gives only them (%s)', async (_name, more) => {
    expect(await verdictOf(plainClaims(), genericIssuer({ ...more, deniedTenants }))).toStrictEqual(
      refused('tenant-denied'),
    );
  });
});

describe('roles', () => {
  const withRoles = genericIssuer({
    roleClaim: 'role',
    readerRoles: ['admin'],
  });

  it.each([
    ['admin', true],
    ['editor', false],
    [['admin', 'editor'], true],
    ['Admin', false],
    [undefined, false],
  ])('%j: reads all %s', async (role, isReader) => {
    expect(await verdictOf(plainClaims({ role }), withRoles)).toMatchObject({
      value: { isReader },
    });
  });

  it.each([[7], [{ admin: true }], [true]])('%j is malformed', async (role) => {
    expect(await verdictOf(plainClaims({ role }), withRoles)).toStrictEqual(
      refused('claim-malformed'),
    );
  });

  it('a role claim is worth nothing where none is configured', async () => {
    const none = genericIssuer({ readerRoles: ['admin'] });

    expect(await verdictOf(plainClaims({ role: 'admin' }), none)).toMatchObject({
      value: { isReader: false },
    });
  });
});

describe('J-09: Cognito', () => {
  const pool = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI';
  const cognito = resolveIssuer({
    preset: 'cognito-access',
    issuer: pool,
    audience: { accepted: ['client'] },
    tenants: { from: 'claim' },
  });
  const verdictOfGroups = async (groups: readonly string[]): Promise<TokenOutcome> => {
    const verifier = await createAccessTokenVerifier({
      tokenIssuers: [cognito],
      pinnedJwks: { [pool]: { keys: [key.jwk] } },
      allowLoopbackHttp: false,
      fetch: new FakeIdentityProvider(key).fetch,
      clock: new FakeClock(),
    });
    const claims = { iss: pool, client_id: 'client', token_use: 'access' };
    return await verifier.verify(
      makeToken(key, plainClaims({ ...claims, 'cognito:groups': groups })),
    );
  };

  it('J-09: the group that Cognito makes for everybody who came through Google is no tenant', async () => {
    expect(await verdictOfGroups(['eu-central-1_AbCdEfGhI_Google'])).toStrictEqual(
      refused('no-tenant'),
    );
  });

  it('J-09: groups that somebody made are tenants, also beside such a one', async () => {
    const made = ['acme', 'eu-central-1_Other_Google', 'eu-central-1_AbCdEfGhIs'];

    expect(await verdictOfGroups(['eu-central-1_AbCdEfGhI_Google', ...made])).toMatchObject({
      value: { tenants: made, ignoredTenantValues: 1 },
    });
  });
});

describe('J-08: Clerk', () => {
  const clerk = resolveIssuer({
    preset: 'clerk',
    issuer: ISSUER,
    audience: { accepted: ['https://app.example.com'] },
    tenants: { from: 'claim' },
    readerRoles: ['org:admin'],
  });
  const base = {
    iss: ISSUER,
    sub: 'user_2abc',
    azp: 'https://app.example.com',
    sid: 'sess_1',
    iat: NOW - 5,
    nbf: NOW - 15,
    exp: NOW + 55,
  };

  it.each([
    ['v1', { org_id: 'org_acme', org_role: 'org:admin', org_slug: 'acme' }],
    ['v2', { v: 2, o: { id: 'org_acme', rol: 'admin', slg: 'acme' } }],
    [
      'both, agreeing',
      { org_id: 'org_acme', org_role: 'org:admin', o: { id: 'org_acme', rol: 'admin' } },
    ],
    ['active session', { v: 2, sts: 'active', o: { id: 'org_acme', rol: 'admin' } }],
  ])('J-08: %s', async (_name, claims) => {
    expect(await verdictOf({ ...base, ...claims }, clerk)).toMatchObject({
      value: { tenants: ['org_acme'], isReader: true, actor: undefined },
    });
  });

  it.each([
    ['no organisation', { v: 2 }, 'no-tenant'],
    ['pending', { v: 2, sts: 'pending', o: { id: 'org_acme' } }, 'session-pending'],
    [
      'tenants that disagree',
      { org_id: 'org_acme', o: { id: 'org_evil' } },
      'tenant-claims-disagree',
    ],
    [
      'a tenant beside something that is none',
      { o: { id: 'org_acme' }, org_id: { id: 'org_acme' } },
      'tenant-claim-malformed',
    ],
    [
      'roles that disagree',
      { o: { id: 'org_acme', rol: 'admin' }, org_role: 'org:member' },
      'role-claims-disagree',
    ],
    ['no nbf', { nbf: undefined, o: { id: 'org_acme' } }, 'claim-missing'],
    ['no azp', { azp: undefined, o: { id: 'org_acme' } }, 'audience-missing'],
    ['a foreign azp', { azp: 'https://evil.example', o: { id: 'org_acme' } }, 'audience-mismatch'],
    ['two minutes and more', { iat: NOW - 126, o: { id: 'org_acme' } }, 'token-too-old'],
  ])('J-08: %s is refused', async (_name, claims, reason) => {
    expect(await verdictOf({ ...base, ...claims }, clerk)).toStrictEqual(refused(reason));
  });

  it('J-08: tenants in another order are the same tenants', async () => {
    const claims = { org_id: ['org_b', 'org_a'], o: { id: ['org_a', 'org_b'] } };

    expect(await verdictOf({ ...base, ...claims }, clerk)).toMatchObject(
      tenantsAre('org_a', 'org_b'),
    );
  });

  it.each([
    [{ sub: 'user_support' }, 'user_support'],
    [{}, 'unnamed'],
    [{ sub: '' }, 'unnamed'],
    [{ sub: 7 }, 'unnamed'],
    [false, 'unnamed'],
    ['user_support', 'unnamed'],
  ])('J-08: somebody acting for the subject (%j) is named', async (act, actor) => {
    expect(await verdictOf({ ...base, o: { id: 'org_acme' }, act }, clerk)).toMatchObject({
      value: { actor, tenants: ['org_acme'] },
    });
  });
});
