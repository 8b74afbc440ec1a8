import fc from 'fast-check';
import { codeTokens, namesIn, rewriteSql, tokenizeSql } from '#analytics/sql-tokens';

function kinds(sql: string): readonly string[] {
  return codeTokens(tokenizeSql(sql)).map(({ kind, text }) => `${kind} ${text}`);
}

it.each([
  ["a = 'it''s :x' -- :y", ['word a', 'symbol =', "text 'it''s :x'"]],
  ['"a"":b" /* \' */ :c', ['quoted-name "a"":b"', 'parameter :c']],
  ['a::integer', ['word a', 'symbol ::', 'word integer']],
  ['1e6 ?', ['number 1e6', 'placeholder ?']],
  ["'\\' :a", ["text '\\'", 'parameter :a']],
  ["'never closed :a", ["text 'never closed :a"]],
  ['/* never closed :a', []],
  ['é_1', ['word é_1']],
])('%s', (sql, expected) => {
  expect(kinds(sql)).toEqual(expected);
});

it('loses no character of any text', () => {
  const pieces = fc.constantFrom(
    "'",
    '"',
    '--',
    '/*',
    '*/',
    '\n',
    ':a',
    '::',
    '?',
    ' ',
    'as',
    '\\',
  );
  const text = fc.array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 30 });
  fc.assert(
    fc.property(text, (parts) => {
      expect(rewriteSql(parts.join(''), () => undefined)).toBe(parts.join(''));
    }),
  );
});

it('rewrites the tokens that one chooses', () => {
  const sql = "select :a, ':a' from t -- :a";
  expect(rewriteSql(sql, ({ kind }) => (kind === 'parameter' ? '1' : undefined))).toBe(
    "select 1, ':a' from t -- :a",
  );
});

it('knows names whatever their case and quotes', () => {
  expect([...namesIn('SELECT "Time" from a -- b')]).toEqual(['select', 'time', 'from', 'a']);
});
