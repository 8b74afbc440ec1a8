import { type IssuerConfiguration, PRESET_NAMES, resolveIssuer } from '#access-token/presets';

const configuration = (more: Partial<IssuerConfiguration>): IssuerConfiguration => ({
  preset: 'generic',
  issuer: 'https://id.example.com',
  audience: { accepted: ['edgepass'] },
  tenants: { from: 'personal' },
  ...more,
});

describe('presets', () => {
  it.each([
    ['clerk', 120, 'azp', [['o', 'id'], ['org_id']]],
    ['cognito-id', 3600, 'aud', [['cognito:groups']]],
    ['cognito-access', 3600, 'client_id', [['cognito:groups']]],
    ['auth0', 86_400, 'aud', [['org_id']]],
  ] as const)('J-04, J-06: %s', (...[preset, maxTokenAgeSeconds, claim, claims]) => {
    expect(resolveIssuer(configuration({ preset, tenants: { from: 'claim' } }))).toMatchObject({
      maxTokenAgeSeconds,
      audience: { claim, accepted: ['edgepass'], whenAbsent: 'refuse' },
      tenants: { from: 'claim', claims },
    });
  });

  it('J-09: Cognito tenants come from groups, which nobody can assign to themselves', () => {
    const resolved = resolveIssuer(
      configuration({ preset: 'cognito-id', tenants: { from: 'claim' } }),
    );

    expect(JSON.stringify(resolved)).not.toContain('custom:');
  });

  it.each(PRESET_NAMES)('%s: is plain data that survives JSON', (preset) => {
    const resolved = resolveIssuer(configuration({ preset }));

    expect(JSON.parse(JSON.stringify(resolved))).toStrictEqual(resolved);
  });

  it.each([
    ['https://tenant.eu.auth0.com/', 'https://tenant.eu.auth0.com/.well-known/jwks.json'],
    ['https://id.example.com/realms/a', 'https://id.example.com/realms/a/.well-known/jwks.json'],
  ])('finds the key set of %s', (issuer, jwksUrl) => {
    expect(resolveIssuer(configuration({ issuer })).jwksUrl).toBe(jwksUrl);
  });

  it('takes every choice of the configuration over the preset', () => {
    expect(
      resolveIssuer(
        configuration({
          preset: 'clerk',
          jwksUrl: 'https://keys.example.com/jwks',
          audience: { claim: 'aud', accepted: ['a', 'b'], whenAbsent: 'accept' },
          tenants: { from: 'claim', claim: 'https://example.com/claims.tenant' },
          tokenType: { from: 'header', accepted: ['at+jwt'] },
          roleClaim: 'realm.role',
          readerRoles: ['org:admin', 'auditor'],
          deniedTenants: ['globex'],
          maxTokenAgeSeconds: 60,
          requiredClaims: { 'a.b': true, plan: ['x', 'y'] },
        }),
      ),
    ).toMatchObject({
      jwksUrl: 'https://keys.example.com/jwks',
      audience: { claim: 'aud', accepted: ['a', 'b'], whenAbsent: 'accept' },
      tenants: { from: 'claim', claims: [['https://example.com/claims.tenant']] },
      tokenType: { from: 'header', accepted: ['at+jwt'] },
      roleClaims: [['realm', 'role']],
      readerRoles: ['admin', 'auditor'],
      deniedTenants: ['globex'],
      maxTokenAgeSeconds: 60,
      requiredClaims: [
        { claim: ['a', 'b'], accepted: [true] },
        { claim: ['plan'], accepted: ['x', 'y'] },
      ],
    });
  });

  it.each<[string, Partial<IssuerConfiguration>, string]>([
    [
      'no tenant claim where the preset has none',
      { tenants: { from: 'claim' } },
      'ERR_TENANT_CLAIM_MISSING',
    ],
    ['an empty audience', { audience: { accepted: [] } }, 'ERR_AUDIENCE_EMPTY'],
    ['an empty step in a claim', { tenants: { from: 'claim', claim: 'o..id' } }, 'ERR_CLAIM_PATH'],
    ['an empty role claim', { roleClaim: '' }, 'ERR_CLAIM_PATH'],
    [
      'C-01: a wildcard as fixed tenant',
      { tenants: { from: 'fixed', tenant: '*' } },
      'ERR_TENANT_ID',
    ],
    [
      'C-01: a personal tenant as fixed tenant',
      { tenants: { from: 'fixed', tenant: `personal-${'A'.repeat(22)}` } },
      'ERR_TENANT_RESERVED',
    ],
    ['C-01: a wildcard as denied tenant', { deniedTenants: ['ac?e'] }, 'ERR_TENANT_ID'],
  ])('refuses %s', (_name, more, code) => {
    expect(() => resolveIssuer(configuration(more))).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });
});
