import { personalTenantId, userHash } from '#core/user-hash';
import vectors from './user-hash.json';

describe('user hashes computed by OpenSSL', () => {
  it.each(vectors)('$tcId: $comment', (vector) => {
    expect(userHash(vector.tokenIssuer, vector.subject)).toBe(vector.userHash);
    expect(personalTenantId(vector.tokenIssuer, vector.subject)).toBe(vector.personalTenantId);
  });

  it('are all different', () => {
    const all = vectors.flatMap((vector) => [vector.userHash, vector.personalTenantId.slice(9)]);

    expect(new Set(all).size).toBe(2 * vectors.length);
  });
});
