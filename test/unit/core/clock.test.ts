import { addSeconds, epochSeconds, toRfc3339 } from '#core/clock';
import { InputError } from '#core/errors';
import { thrownBy } from './thrown-by';

describe('epochSeconds', () => {
  it.each([0, 1, 1_767_290_000, 253_402_300_799])('accepts %d', (seconds) => {
    expect(epochSeconds(seconds)).toBe(seconds);
  });

  it.each([-1, 1.5, NaN, Infinity, 253_402_300_800, 1_767_290_000_000, '1' as unknown as number])(
    'C-08: refuses %s',
    (seconds) => {
      expect(() => epochSeconds(seconds)).toThrow(InputError);
      expect(() => epochSeconds(seconds)).toThrow(
        'epochSeconds: expected whole seconds since 1970, from 0 to 253402300799 (not milliseconds)',
      );
      expect(thrownBy(() => epochSeconds(seconds))).toMatchObject({
        code: 'ERR_EPOCH_SECONDS',
        field: 'epochSeconds',
      });
    },
  );
});

describe('addSeconds', () => {
  it('goes both ways', () => {
    expect(addSeconds(epochSeconds(100), 900)).toBe(1000);
    expect(addSeconds(epochSeconds(100), -60)).toBe(40);
  });

  it('refuses to leave the range of times', () => {
    expect(() => addSeconds(epochSeconds(59), -60)).toThrow(InputError);
    expect(() => addSeconds(epochSeconds(59), 0.5)).toThrow(InputError);
  });
});

describe('toRfc3339', () => {
  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [1_767_290_000, '2026-01-01T17:53:20Z'],
    [253_402_300_799, '9999-12-31T23:59:59Z'],
  ])('writes %d as %s', (seconds, text) => {
    expect(toRfc3339(epochSeconds(seconds))).toBe(text);
  });
});
