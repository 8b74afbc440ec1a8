import { isUserHash, parseUserHash } from '#core/tenancy/user-hash';
import { thrownBy } from '../thrown-by';

describe('parseUserHash', () => {
  it.each(['A', 'Q', 'g', 'w'])('accepts a last character of %s', (last) => {
    const hash = `${'a-_Z0'.repeat(4)}b${last}`;

    expect(isUserHash(hash)).toBe(true);
    expect(parseUserHash(hash)).toBe(hash);
  });

  it.each([
    '',
    'a'.repeat(20) + 'A',
    'a'.repeat(22) + 'A',
    'a'.repeat(22),
    '*'.repeat(21) + 'A',
    `${'a'.repeat(21)}A\n`,
  ])('refuses %j', (text) => {
    expect(thrownBy(() => parseUserHash(text))).toMatchObject({
      code: 'ERR_USER_HASH',
      field: 'userHash',
      message: `userHash: expected 22 characters of base64url that spell 128 bits, received ${JSON.stringify(text)}`,
    });
  });
});
