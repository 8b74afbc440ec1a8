import { parseWhole } from '#cli/parse-whole';

const LIMITS = { standard: 7, from: 1, to: 900 };

it.each([
  [undefined, 7],
  ['1', 1],
  ['900', 900],
])('%j is %d', (text, number) => {
  expect(parseWhole('--some', text, LIMITS)).toBe(number);
});

it.each(['', ' ', '0', '901', '-1', '1.5', '1e2', '0x10', ' 5', 'ten', '9'.repeat(400)])(
  '%j is refused, with the option and what is allowed',
  (text) => {
    expect(() => parseWhole('--some', text, LIMITS)).toThrow(
      expect.objectContaining({
        code: 'ERR_OPTION',
        field: '--some',
        message: expect.stringContaining('a whole number from 1 to 900') as string,
      }) as Error,
    );
  },
);
