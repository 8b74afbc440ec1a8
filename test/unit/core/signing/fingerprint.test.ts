import { FINGERPRINT_CHARACTERS } from '#core/contract/fingerprint';
import { fingerprintOf } from '#core/signing/fingerprint';

describe('fingerprintOf', () => {
  it('is the first 24 characters', () => {
    expect(fingerprintOf('abcdefghijklmnopqrstuvwxyz')).toBe('abcdefghijklmnopqrstuvwx');
    expect(FINGERPRINT_CHARACTERS).toBe(24);
  });
});
