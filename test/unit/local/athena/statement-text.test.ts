import { listQueries } from '#analytics/catalog';
import { partitionsBetween } from '#analytics/partition';
import { renderQuery } from '#analytics/render-query';
import {
  askedHours,
  fillPlaceholders,
  namesTable,
  parseExecute,
  requireQuestion,
} from '#local/athena/statement-text';

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

  const bounded = `dt between '${from}' and '${to}'`;

  it('takes the widest of several ranges of a table', () => {
    const sql = `select 1 from a where dt between '2026/11/22/05' and '${to}' union select 1 from a where dt between '${from}' and '2026/11/22/07'`;
    expect(askedHours(sql, 'a')).toEqual({ from, to });
  });

  it('a table without hours has them all, and leaves those of another', () => {
    const sql = `select count(*) from a where ${bounded} union all select count(*) from b`;
    expect(askedHours(sql, 'a')).toEqual({ from, to });
    expect(askedHours(sql, 'b')).toBeUndefined();
  });

  it.each([
    `select 'dt >= 1 from a' from a where DT BETWEEN '${from}' AND '${to}' -- from a where dt = 'x'`,
    `select 1 from "shop_logs"."a" where ${bounded} order by 1`,
    `select 1 from a where ${bounded} and sc_status = '403'`,
    `select 1 from b where c or exists (select 1 from a where ${bounded})`,
  ])('knows the hours of %s', (sql) => {
    expect(askedHours(sql, 'a')).toEqual({ from, to });
  });

  it.each(listQueries().map((query) => [query.name, query] as const))(
    'knows the hours of every table of %s',
    (_name, query) => {
      const values = { from: '2026-11-22T08:00:00Z', to: '2026-11-22T10:00:00Z' };
      const given = Object.fromEntries(
        query.ownParameters
          .filter((one) => one.default === undefined)
          .map(({ name }) => [name, 'x']),
      );
      const sql = renderQuery(query, { ...given, ...values });
      const tables = ['log_lines', 'evidence_lines', 'issued_grants'].filter((table) =>
        namesTable(sql, table),
      );
      const { from: first, to: last } = partitionsBetween(values.from, values.to);
      expect(tables.map((table) => askedHours(sql, table))).toEqual(
        tables.map(() => ({ from: first, to: last })),
      );
      expect(askedHours(`${sql} union all select * from log_lines`, 'log_lines')).toBeUndefined();
    },
  );

  it.each([
    'select 1 from a',
    `select 1 from a where dt >= '${from}'`,
    `select 1 from a where "dt" >= '${from}'`,
    `select 1 from a where '${from}' <= dt`,
    `select 1 from a where ${bounded} or dt in ('2026/11/01/00')`,
    `select 1 from a where ${bounded} or sc_status = '403'`,
    `select 1 from a where ${bounded} and x or sc_status = '403'`,
    `select 1 from a where not (${bounded})`,
    `select 1 from a where (${bounded}) is false`,
    `select 1 from a where ${bounded} is false`,
    `select 1 from a where dt not between '${from}' and '${to}'`,
    `select 1 from a where dt between '${from}' and '${to}' || x`,
    `select 1 from a where dt between '${from}' and cast(x as varchar)`,
    `select 1 from a where dt between '2026/11/22' and '2026/11/23'`,
    `select 1 from a where dt like '2026/%'`,
    `select 1 from a where ${bounded} union all select 1 from a`,
    `select 1 from a where ${bounded} union all select "it's" from a where x = ''`,
    `select 1 from b join a on true where ${bounded}`,
    `select 1 from b, a where ${bounded}`,
    `select 1 from a join b on true where b.${bounded}`,
    `select 1 from (select '${from}' as dt from a) as b where ${bounded}`,
    `with b as (select * from a) select 1 from b where ${bounded}`,
  ])('may ask for every hour: %s', (sql) => {
    expect(askedHours(sql, 'a')).toBeUndefined();
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
