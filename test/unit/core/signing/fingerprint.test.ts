import { fingerprintOf } from '../../../../core/signing/fingerprint';

describe('fingerprintOf', () => {
  it('is the first 24 characters', () => {
    expect(fingerprintOf('abcdefghijklmnopqrstuvwxyz')).toBe('abcdefghijklmnopqrstuvwx');
  });
});
