import { InputError } from '#core/errors';
import { isTenantId, parseTenantId } from '#core/tenancy/tenant-id';
import { thrownBy } from '../thrown-by';

describe('parseTenantId', () => {
  it.each(['a', 'Z', '0', 'acme', 'org_2abcDEF', 'a-b_c', `a${'-'.repeat(62)}`])(
    'C-01: accepts %s',
    (text) => {
      expect(parseTenantId(text)).toBe(text);
    },
  );

  it.each([
    '',
    '*',
    'ac?e',
    'acme*',
    '-acme',
    '_acme',
    '.',
    '..',
    'a.b',
    'a/b',
    'a\\b',
    'a%2a',
    'a b',
    ' acme',
    'acme ',
    'acme\n',
    '\nacme',
    'a\u0000',
    'a"b',
    "a'b",
    'a<b',
    'a>b',
    'a&b',
    'a+b',
    'a#b',
    'ａcme',
    'ac\uff0ae',
    'a\u2028',
    'é',
    'ſ',
    '\u212a',
    'a'.repeat(64),
  ])('C-01: refuses %j', (text) => {
    expect(isTenantId(text)).toBe(false);
    expect(() => parseTenantId(text)).toThrow(InputError);
    expect(thrownBy(() => parseTenantId(text))).toMatchObject({
      code: 'ERR_TENANT_ID',
      field: 'tenantId',
    });
  });

  it('C-01: says what is allowed, and shows what came', () => {
    expect(() => parseTenantId('Acme/../')).toThrow(
      'tenantId: expected 1 to 63 characters of A-Z a-z 0-9 _ -, starting with a letter or digit, received "Acme/../"',
    );
  });

  it.each([undefined, null, 7, ['acme'], { toString: () => 'acme' }])(
    'C-01: refuses what is no text: %s',
    (value) => {
      expect(() => parseTenantId(value as unknown as string)).toThrow(InputError);
    },
  );
});
