import {
  askedHours,
  fillPlaceholders,
  namesTable,
  parseExecute,
  requireQuestion,
} from '../../../../local/athena/statement-text';

describe('parseExecute', () => {
  it.each([
    ['EXECUTE a', 'a', []],
    ['execute a using 1', 'a', ['1']],
    ["EXECUTE a USING 'x, y', 2, ('a', 'b')", 'a', ["'x, y'", '2', "('a', 'b')"]],
    [
      "execute a using 'it''s', timestamp '2026-11-22 08:00:00'",
      'a',
      ["'it''s'", "timestamp '2026-11-22 08:00:00'"],
    ],
    ['execute "a-b" using ?', 'a-b', ['?']],
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

describe('fillPlaceholders', () => {
  it('L-01: fills what is code and nothing in texts, names and comments', () => {
    const sql = `select '?', "?", ? -- ?\n from t /* ? */ where a = ? and b = 'it''s ?'`;
    expect(fillPlaceholders(sql, ["'?'", '2'])).toBe(
      `select '?', "?", '?' -- ?\n from t /* ? */ where a = 2 and b = 'it''s ?'`,
    );
  });

  it.each([
    ['select 1', ['1'], 'expected 0 but found 1'],
    ['select ?, ?', ['1'], 'expected 2 but found 1'],
  ])('L-01: refuses %s with %j', (sql, values, message) => {
    expect(() => fillPlaceholders(sql, values)).toThrow(message);
  });
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

describe('askedHours', () => {
  const from = '2026/11/22/00';
  const to = '2026/11/22/23';

  it('takes the widest of several ranges', () => {
    const sql = `select 1 from a where dt between '2026/11/22/05' and '${to}' union select 1 from b where b.dt between '${from}' and '2026/11/22/07'`;
    expect(askedHours(sql)).toEqual({ from, to });
  });

  it('takes no text for a comparison', () => {
    const sql = `select 'dt >= 1' from a where DT BETWEEN '${from}' AND '${to}' -- dt = 'x'`;
    expect(askedHours(sql)).toEqual({ from, to });
  });

  it.each([
    'select 1 from a',
    `select 1 from a where dt >= '${from}'`,
    `select 1 from a where "dt" >= '${from}'`,
    `select 1 from a where '${from}' <= dt`,
    `select 1 from a where '${from}' <= a."dt"`,
    `select 1 from a where dt between '${from}' and '${to}' or dt in ('2026/11/01/00')`,
    `select 1 from a where dt not between '${from}' and '${to}'`,
    `select 1 from a where dt between '${from}' and cast(x as varchar)`,
    `select 1 from a where dt between '2026/11/22' and '2026/11/23'`,
    `select 1 from a where dt like '2026/%'`,
  ])('may ask for every hour: %s', (sql) => {
    expect(askedHours(sql)).toBeUndefined();
  });
});

it.each([
  ['select 1 from log_lines', true],
  ['select 1 from LOG_LINES', true],
  ['select 1 from "log_lines"', true],
  ['select 1 from db.log_lines', true],
  ['select 1 from log_lines_old', false],
  ["select 'log_lines' -- log_lines", false],
])('%s names log_lines: %s', (sql, isNamed) => {
  expect(namesTable(sql, 'log_lines')).toBe(isNamed);
});
