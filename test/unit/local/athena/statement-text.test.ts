import {
  countPlaceholders,
  parseExecute,
  requireQuestion,
  requireValues,
} from '#local/athena/statement-text';

describe('parseExecute', () => {
  it.each([
    ['EXECUTE a', 'a', ''],
    ['execute a using 1;', 'a', '1'],
    ["EXECUTE a /* using 3 */ USING 'x, y', 2", 'a', "'x, y', 2"],
    [
      "execute a using 'it''s', timestamp '2026-11-22 08:00:00'",
      'a',
      "'it''s', timestamp '2026-11-22 08:00:00'",
    ],
    ['execute "a-b" using ?', 'a-b', '?'],
  ])('%s', (sql, name, values) => {
    expect(parseExecute(sql)).toEqual({ name, values });
  });

  it.each(['select 1', 'executed a', 'execute', "-- execute a\nselect 'execute a'"])(
    'is none: %s',
    (sql) => {
      expect(parseExecute(sql)).toBeUndefined();
    },
  );
});

it.each([
  [`select '?', "?", ? -- ?\n from t /* ? */ where a = ? and b = 'it''s ?'`, 2],
  ['select 1', 0],
  ["select 'never closed ?", 0],
])('L-01: a ? is a place for a value only in code: %s', (sql, count) => {
  expect(countPlaceholders(sql)).toBe(count);
});

it("L-01: values cannot end their statement, and ';' inside text does not", () => {
  expect(requireValues("';', 2")).toBe("';', 2");
  expect(() => requireValues('1); drop table a; --')).toThrow("mismatched input ';'");
});

describe('requireQuestion', () => {
  it.each(['select 1', ' WITH a as (select 1) select * from a;', '(select 1)', '-- x\nvalues (1)'])(
    'lets %j run',
    (sql) => {
      expect(requireQuestion(sql)).toBe(sql.trim().replace(/;$/, ''));
    },
  );

  it.each([
    ['drop table log_lines', "mismatched input 'drop'"],
    ['/* select */ insert into a values (1)', "mismatched input 'insert'"],
    ["copy (select 1) to '/tmp/x'", "mismatched input 'copy'"],
    ["attach '/tmp/x'", "mismatched input 'attach'"],
    ['select 1; drop table a', "mismatched input ';'"],
    ["select ';'; select 2", "mismatched input ';'"],
    ['selected', "mismatched input 'selected'"],
    ['', "mismatched input '<EOF>'"],
  ])('L-01: refuses %j', (sql, message) => {
    expect(() => requireQuestion(sql)).toThrow(message);
  });
});
