import { GRANT_LIFETIME_SECONDS_MAX } from '#core/contract/grant-limits';
import { parseLifetimeSeconds } from '#core/signing/grant-limits';
import { thrownBy } from '../thrown-by';

describe('parseLifetimeSeconds', () => {
  it('C-08: has these limits', () => {
    expect(GRANT_LIFETIME_SECONDS_MAX).toEqual({
      cookies: 900,
      signedUrl: 900,
      signedUrlBatch: 300,
    });
  });

  it('C-08: has limits that no program raises, whatever it is written in', () => {
    expect(() => Object.assign(GRANT_LIFETIME_SECONDS_MAX, { cookies: 86_400 })).toThrow(TypeError);
    expect(GRANT_LIFETIME_SECONDS_MAX.cookies).toBe(900);
  });

  it.each([
    ['cookies', 900],
    ['signedUrl', 900],
    ['signedUrlBatch', 300],
  ] as const)('C-08: for %s accepts 1 to %d, and clamps nothing', (kind, max) => {
    expect([1, 60, max].map((seconds) => parseLifetimeSeconds(seconds, kind))).toEqual([
      1,
      60,
      max,
    ]);

    for (const seconds of [max + 1, 0, -1, 1.5, NaN, Infinity, 900_000, 1_767_290_900]) {
      expect(thrownBy(() => parseLifetimeSeconds(seconds, kind))).toMatchObject({
        code: 'ERR_LIFETIME',
        field: 'lifetimeSeconds',
        message: `lifetimeSeconds: expected whole seconds from 1 to ${max}, received ${seconds}`,
      });
    }
  });
});
