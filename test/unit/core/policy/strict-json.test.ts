import { parseStrictJson } from '#core/policy/strict-json';

const number = (numberText: string): object => ({ numberText });

describe('parseStrictJson', () => {
  it.each([
    ['"a"', 'a'],
    ['"\\u0061\\n\\"\\\\"', 'a\n"\\'],
    ['true', true],
    ['false', false],
    ['null', null],
    ['0', number('0')],
    ['-0', number('-0')],
    ['9223372036854775807', number('9223372036854775807')],
    ['1.50e+3', number('1.50e+3')],
    ['-1.5E-3', number('-1.5E-3')],
    ['[]', []],
    ['[1,"a",[true]]', [number('1'), 'a', [true]]],
    [' \t\r\n[ 1 , 2 ] \n', [number('1'), number('2')]],
    ['{}', new Map()],
    ['{ }', new Map()],
    ['[ ]', []],
    [
      '{"a":1,"b":{"c":[]}}',
      new Map<string, unknown>([
        ['a', number('1')],
        ['b', new Map([['c', []]])],
      ]),
    ],
    [
      ' { "a" : 1 , "b" : 2 } ',
      new Map([
        ['a', number('1')],
        ['b', number('2')],
      ]),
    ],
  ])('reads %s', (text, value) => {
    expect(parseStrictJson(text)).toEqual({ value, duplicateMembers: [] });
  });

  it.each([
    '',
    ' ',
    'x',
    'tru',
    'nul',
    'True',
    'undefined',
    'NaN',
    "'a'",
    '"a',
    '"a\\"',
    '"\t"',
    '"\\x"',
    '"\\u12"',
    '"a""b"',
    '"a"b',
    '01',
    '1.',
    '.5',
    '+1',
    '-',
    '1e',
    '1e+',
    '0x1',
    '1 2',
    '--1',
    '[',
    ']',
    '[1',
    '[1,',
    '[1,]',
    '[,]',
    '[1 2]',
    '[1}',
    '[1]]',
    '{',
    '}',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '{"a":1,}',
    '{a:1}',
    '{1:1}',
    '{"a" 1}',
    '{"a":1 "b":2}',
    '{"a":1}}',
    '{,}',
    '{true:1}',
    '{"a":1]',
    '{"a","b"}',
    '{1"":1}',
    '{null":1}',
    '{1',
    '{null',
    '{[]',
    '// c\n1',
    '1 // c',
    '\ufeff1',
    '1\u00a0',
    '\u000b1',
    '1\f',
  ])('C-12: refuses %j', (text) => {
    expect(parseStrictJson(text)).toBeUndefined();
  });

  it.each([
    ['{"a":1,"a":2}', new Map([['a', number('1')]]), ['a']],
    ['{"a":1,"\\u0061":2}', new Map([['a', number('1')]]), ['a']],
    ['[7,{"a":1,"a":1}]', [number('7'), new Map([['a', number('1')]])], ['1.a']],
    ['{"b":{"a":1,"a":1}}', new Map([['b', new Map([['a', number('1')]])]]), ['b.a']],
    [
      '{"a":1,"b":[],"a":2,"a":3}',
      new Map<string, unknown>([
        ['a', number('1')],
        ['b', []],
      ]),
      ['a', 'a'],
    ],
  ])('C-12: tells where %s names a member twice, and keeps the first', (text, value, places) => {
    expect(parseStrictJson(text)).toEqual({ value, duplicateMembers: places });
  });

  it('does not take __proto__ for anything special', () => {
    expect(parseStrictJson('{"__proto__":1}')?.value).toEqual(
      new Map([['__proto__', number('1')]]),
    );
  });

  it.each([
    ['[', ']'],
    ['{"a":', '}'],
  ])('C-12: nests %s eight levels deep, not nine, and survives a million', (open, close) => {
    const nested = (depth: number): string => open.repeat(depth) + '1' + close.repeat(depth);

    expect(parseStrictJson(nested(8))).toBeDefined();
    expect(parseStrictJson(nested(9))).toBeUndefined();
    expect(parseStrictJson(nested(1_000_000))).toBeUndefined();
  });

  it('does not swallow errors of the platform', () => {
    jest.spyOn(JSON, 'parse').mockImplementation(() => {
      throw new RangeError('out of memory');
    });

    expect(() => parseStrictJson('"a"')).toThrow(RangeError);
  });
});
