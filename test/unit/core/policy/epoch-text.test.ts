import { parseEpochText } from '#core/policy/epoch-text';

describe('parseEpochText', () => {
  it.each([
    ['0', 0],
    ['1', 1],
    ['1767290000', 1_767_290_000],
    ['253402300799', 253_402_300_799],
    ['999999999999', 999_999_999_999],
    ['10000000000000', 10_000_000_000_000],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740993', Number.MAX_SAFE_INTEGER],
    ['9223372036854775807', Number.MAX_SAFE_INTEGER],
  ])('reads %s', (digits, seconds) => {
    expect(parseEpochText(digits)).toEqual({ ok: true, value: seconds });
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '-1',
    '+1',
    '01',
    '00',
    '1.0',
    '1e9',
    '0x10',
    '1_000',
    'NaN',
    '١',
    '9223372036854775808',
    '9999999999999999999',
    '10000000000000000000',
    '1767290000\n',
  ])('C-12: refuses %j', (digits) => {
    expect(parseEpochText(digits)).toEqual({ ok: false, refusal: 'not_whole_seconds' });
  });

  it.each(['1000000000000', '1767290000000', '9999999999999'])(
    'C-08: takes %s for milliseconds',
    (digits) => {
      expect(parseEpochText(digits)).toEqual({ ok: false, refusal: 'milliseconds' });
    },
  );
});
