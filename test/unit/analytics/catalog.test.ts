import { listQueries, parseQuery, readPrelude } from '../../../analytics/catalog';
import { renderQuery } from '../../../analytics/render-query';

const TIMES = { from: '2026-11-22T08:30:00Z', to: '2026-11-22T10:00:00Z' };
const FILE = `-- question: Which ones,
--   and why?
-- parameters: tenant text, share double = 0.5
-- columns: a, b
-- cost: low
-- needs: traffic
select a, b from requests where tenant_in_path = :tenant and a > :share -- not :this
`;

describe('the query files', () => {
  it.each(listQueries().map((query) => [query.name, query] as const))(
    '%s says what it answers, needs and costs',
    (_name, query) => {
      expect(query.question).toMatch(/\?$/);
      expect(query.columns.length).toBeGreaterThan(0);
      expect(query.sql).not.toMatch(/;\s*$/);
    },
  );

  it('every one reads only the hours that it was asked for', () => {
    for (const query of listQueries()) {
      const required = Object.fromEntries(
        query.parameters.filter((one) => one.default === undefined).map(({ name }) => [name, 'x']),
      );
      const sql = renderQuery(query, { ...required, ...TIMES });
      expect(sql).toContain("where dt between '2026/11/22/08' and '2026/11/22/10'");
      expect(sql).not.toMatch(/(?<!:):[a-z_]+\b(?=[^']*(?:'[^']*'[^']*)*$)/);
    }
  });

  it('L-02: read only the relations of the prelude', () => {
    expect(readPrelude()).toContain('from log_lines');
    for (const { sql } of listQueries())
      expect(sql).not.toMatch(/\b(?:log_lines|evidence_lines|every_line)\b/);
  });
});

describe('parseQuery', () => {
  it('reads a header whose values go over lines', () => {
    expect(parseQuery('x', FILE)).toMatchObject({
      question: 'Which ones, and why?',
      columns: ['a', 'b'],
      parameters: [
        { name: 'from', type: 'timestamp' },
        { name: 'to', type: 'timestamp' },
        { name: 'tenant', type: 'text' },
        { name: 'share', type: 'double', default: '0.5' },
      ],
    });
  });

  it.each([
    ['question', FILE.replace('-- question', '-- q')],
    ['columns', FILE.replace('-- columns', '-- c')],
  ])('refuses a file without %s and names both', (missing, text) => {
    expect(() => parseQuery('broken', text)).toThrow(
      `broken.sql: the header has no line "-- ${missing}: …"`,
    );
  });

  it('refuses a parameter of an unknown type', () => {
    expect(() => parseQuery('broken', FILE.replace('tenant text', 'tenant string'))).toThrow(
      'parameter "tenant string"',
    );
  });
});

describe('renderQuery', () => {
  const query = parseQuery('x', FILE);

  it('L-01: puts a value in once and never reads it as a placeholder', () => {
    const sql = renderQuery(query, { ...TIMES, tenant: ':share :from' });
    expect(sql).toContain("tenant_in_path = ':share :from' and a > 5e-1 -- not :this");
  });

  it.each([
    ['a parameter that the query does not have', { ...TIMES, tenant: 'a', other: 1 }, /^other: /],
    ['a missing value', TIMES, /^tenant: .*nothing/],
    ['a missing time', { tenant: 'a', to: TIMES.to }, /^from: /],
  ])('refuses %s', (_title, values, message) => {
    expect(() => renderQuery(query, values)).toThrow(message);
  });
});
