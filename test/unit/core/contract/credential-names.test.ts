import { COOKIE_NAMES, RESERVED_QUERY_NAMES } from '#core/contract/credential-names';

describe('credential names', () => {
  it('C-06: the cookies of a custom policy, and no CloudFront-Expires', () => {
    expect(COOKIE_NAMES).toEqual({
      policy: 'CloudFront-Policy',
      signature: 'CloudFront-Signature',
      keyPairId: 'CloudFront-Key-Pair-Id',
      hashAlgorithm: 'CloudFront-Hash-Algorithm',
    });
  });

  it('C-23: the five names that make a URL a signed one', () => {
    expect([...RESERVED_QUERY_NAMES].sort()).toEqual([
      'Expires',
      'Hash-Algorithm',
      'Key-Pair-Id',
      'Policy',
      'Signature',
    ]);
  });
});
