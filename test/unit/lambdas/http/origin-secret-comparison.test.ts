import type * as Crypto from 'node:crypto';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { ORIGIN_SECRET_HEADER } from '#core/contract/headers';
import { Secret } from '#core/secret';
import { assertOriginSecret } from '#lambdas/http/request-checks';

type Compared = readonly [NodeJS.ArrayBufferView, NodeJS.ArrayBufferView];

/** The arguments of all calls of `timingSafeEqual`, in order. */
const mockCompared: Compared[] = [];

jest.mock('node:crypto', () => {
  const actual = jest.requireActual<typeof Crypto>('node:crypto');
  return {
    ...actual,
    timingSafeEqual: (...compared: Compared): boolean => {
      mockCompared.push(compared);
      return actual.timingSafeEqual(...compared);
    },
  };
});

const SLOTS = ['2f6f1c1e-slot-a', '9b0e7a52-a-longer-value-of-slot-b'] as const;
const SECRETS = SLOTS.map((value) => new Secret(value));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Returns whether a value is accepted, and the comparisons that were made. */
function present(value: string | undefined): { accepted: boolean; compared: readonly Compared[] } {
  mockCompared.length = 0;
  const headers = new Headers();
  if (value !== undefined) headers.set(ORIGIN_SECRET_HEADER, value);
  let accepted = true;
  try {
    assertOriginSecret(headers, SECRETS);
  } catch {
    accepted = false;
  }
  return { accepted, compared: [...mockCompared] };
}

/**
 * The expected comparisons: the digest of each slot in order with the digest of the value. All have
 * equal length, and no slot is left out.
 */
const comparisonsWith = (value: string): readonly Compared[] =>
  SLOTS.map((slot) => [digest(slot), digest(value)]);

describe('S-13: the comparison of the origin secret tells nothing by its time', () => {
  it.each([
    ['the first slot', SLOTS[0], true],
    ['the second slot', SLOTS[1], true],
    ['no header', undefined, false],
    ['an empty one', '', false],
    ['one character', '2', false],
    ['all but the last character of a slot', SLOTS[0].slice(0, -1), false],
    ['a slot and one more character', `${SLOTS[0]}x`, false],
    ['a value of the length of a slot', 'x'.repeat(SLOTS[0].length), false],
    ['a very long value', 'x'.repeat(100_000), false],
  ])('%s: digests of one length reach timingSafeEqual for both slots', (_name, value, isSlot) => {
    const { accepted, compared } = present(value);

    expect(accepted).toBe(isSlot);
    expect(compared).toEqual(comparisonsWith(value ?? ''));
    expect(compared.flat().map(({ byteLength }) => byteLength)).toEqual([32, 32, 32, 32]);
  });

  it('whatever value comes', () => {
    const value = fc.oneof(fc.string(), fc.constantFrom(...SLOTS), fc.string({ maxLength: 4_000 }));
    fc.assert(
      fc.property(value, (sent) => {
        // Headers cannot contain other characters, and whitespace around the value is removed.
        const received = sent.trim().replace(/[^!-~]/g, '-');
        expect(present(received).compared).toEqual(comparisonsWith(received));
      }),
    );
  });
});
