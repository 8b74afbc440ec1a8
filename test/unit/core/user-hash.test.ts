import { InputError } from '#core/errors';
import { isTenantId } from '#core/tenancy/tenant-id';
import {
  isPersonalTenantId,
  isUserHash,
  parseUserHash,
  personalTenantId,
  userHash,
} from '#core/user-hash';
import { thrownBy } from './thrown-by';

const ISSUER = 'https://issuer.example.com';

describe('userHash', () => {
  it('is 128 bits in base64url', () => {
    expect(isUserHash(userHash(ISSUER, 'user_1'))).toBe(true);
    expect(parseUserHash(userHash(ISSUER, 'user_1'))).toBe(userHash(ISSUER, 'user_1'));
  });

  it('tells issuers, subjects and where one ends apart', () => {
    const all = [
      userHash(ISSUER, 'user_1'),
      userHash(ISSUER, 'user_2'),
      userHash('https://issuer.example.org', 'user_1'),
      userHash('a', 'bc'),
      userHash('ab', 'c'),
    ];

    expect(new Set(all).size).toBe(all.length);
  });

  it.each([
    ['tokenIssuer', '', 'user'],
    ['subject', ISSUER, ''],
    ['subject', ISSUER, 'a\ud800'],
    ['tokenIssuer', '\udfff', 'user'],
  ])('refuses an empty or ill-formed %s without repeating it', (field, issuer, subject) => {
    expect(() => userHash(issuer, subject)).toThrow(InputError);
    expect(thrownBy(() => personalTenantId(issuer, subject))).toMatchObject({
      code: 'ERR_SUBJECT',
      field,
      message: `${field}: expected a non-empty text of well-formed Unicode`,
    });
  });
});

describe('personalTenantId', () => {
  it('C-01: is a tenant id that does not tell the user hash', () => {
    const tenant = personalTenantId(ISSUER, 'user_1');

    expect(isTenantId(tenant)).toBe(true);
    expect(tenant).toMatch(/^personal-.{22}$/);
    expect(tenant).not.toContain(userHash(ISSUER, 'user_1'));
  });
});

describe('isPersonalTenantId', () => {
  it('C-01: knows what personalTenantId makes', () => {
    expect(isPersonalTenantId(personalTenantId(ISSUER, 'user_1'))).toBe(true);
  });

  it.each([
    'personal-',
    'personal-computers',
    `personal-${'A'.repeat(21)}`,
    `personal-${'A'.repeat(23)}`,
    `personal-${'A'.repeat(21)}B`,
    `Personal-${'A'.repeat(22)}`,
    `x-personal-${'A'.repeat(22)}`,
    'A'.repeat(22),
  ])('C-01: %s is an ordinary tenant', (tenant) => {
    expect(isPersonalTenantId(tenant)).toBe(false);
  });
});
