import { listQueries, parseQuery } from '#analytics/catalog';
import { ISSUED_GRANT_FIELDS } from '#analytics/fields';
import { listRelations, parseRelations, relationsFor } from '#analytics/read-relations';
import { prepareStatement, renderConsoleText, renderQuery } from '#analytics/render-query';
import { rewriteSql } from '#analytics/sql-tokens';

const TIMES = { from: '2026-11-22T08:30:00Z', to: '2026-11-22T10:00:00Z' };
const FILE = `-- question: Which ones,
--   and why?
-- purpose: to try it out.
-- parameter: owner text; tenant that owns the file
-- parameter: share double = 0.5; smallest share,
--   0 to 1
-- columns: a, b
-- column: b; number of bytes
-- cost: low
-- needs: traffic
select a, b from requests where tenant_in_path = :owner and a > :share -- not :this
`;

describe('the query files', () => {
  it.each(listQueries().map((query) => [query.name, query] as const))(
    '%s says what it answers, needs and costs',
    (_name, query) => {
      expect(query.question).toMatch(/\?$/);
      expect(query.purpose).toMatch(/\.$/);
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
      expect(sql).toContain("where dt between '2026/11/22/07' and '2026/11/22/11'");
    }
  });

  it('L-02: read no table, except for issuance records', () => {
    for (const { sql } of listQueries())
      expect(sql).not.toMatch(/\b(?:log_lines|evidence_lines|every_line)\b/);
    const readers = listQueries().filter(({ sql }) => sql.includes('issued_grants'));
    expect(readers.map(({ name, needs }) => [name, needs])).toEqual([
      ['anomalous-downloads', 'grants'],
      ['grant', 'grants'],
      ['who-opened', 'grants'],
    ]);
  });
});

describe('the relations of queries', () => {
  const names = listRelations().map(({ name }) => name);

  it('are the three that queries are written for, and those that these are made of', () => {
    expect(names).toEqual(expect.arrayContaining(['requests', 'signed', 'refusals']));
    expect(new Set(names).size).toBe(names.length);
  });

  it('L-02: one of them reads the tables of logs', () => {
    const readers = listRelations().filter(({ text }) => /(?:log|evidence)_lines/.test(text));
    expect(readers.map(({ name }) => name)).toEqual(['lines']);
  });

  it('are in a statement only where it reads them', () => {
    const traffic = relationsFor('select count(*) as signed from requests').map(({ name }) => name);
    expect(traffic).toContain('all_requests');
    expect(traffic).not.toContain('signed');
    expect(traffic).not.toContain('refusals');
    expect(relationsFor('select 1 from refusals -- from signed').map(({ name }) => name)).toEqual(
      names.filter((name) => !['requests', 'numbered_signed', 'signed'].includes(name)),
    );
    expect(relationsFor("select 'from requests' from issued_grants")).toEqual([]);
  });

  it('no query defines one of the same name', () => {
    for (const { name, sql } of listQueries())
      for (const [, defined = ''] of sql.matchAll(/(\w+) as \(\n/g))
        expect([name, names.includes(defined)]).toEqual([name, false]);
  });

  it('are read from a list of common table expressions', () => {
    const text =
      "-- of b, c\nwith\na as (select ',' from t),\n\n-- the first (\nb as (select 1 from a)\n";
    expect(parseRelations('x', text, ['t'])).toEqual([
      { name: 'a', text: "a as (select ',' from t)", reads: ['t'] },
      { name: 'b', text: '-- the first (\nb as (select 1 from a)', reads: ['a'] },
    ]);
    expect(() => parseRelations('x', 'select 1', [])).toThrow('x.sql does not begin with "with"');
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
        { name: 'tenant', type: 'text', default: '-' },
        { name: 'owner', type: 'text', meaning: 'tenant that owns the file' },
        { name: 'share', type: 'double', default: '0.5', meaning: 'smallest share, 0 to 1' },
      ],
      columnMeanings: { b: 'number of bytes' },
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

  it.each([
    ['cost', FILE.replace('cost: low', 'cost: cheap')],
    ['needs', FILE.replace('needs: traffic', 'needs: cookies')],
  ])('refuses a %s that is not on the list', (key, text) => {
    expect(() => parseQuery('broken', text)).toThrow(
      new RegExp(`broken.sql: ${key} "\\w+" is not`),
    );
  });

  it('refuses a parameter of an unknown type', () => {
    expect(() => parseQuery('broken', FILE.replace('owner text', 'owner string'))).toThrow(
      'parameter "owner string',
    );
  });

  it('refuses a parameter without a meaning, and the meaning of a column that is not there', () => {
    expect(() => parseQuery('broken', FILE.replace('; tenant that owns the file', ''))).toThrow(
      'parameter "owner text" is not "<name> <type> [= <default>]; <meaning>"',
    );
    expect(() => parseQuery('broken', FILE.replace('column: b', 'column: c'))).toThrow(
      'column "c; number of bytes"',
    );
  });
});

describe('renderQuery', () => {
  const query = parseQuery('x', FILE);

  it('L-01: puts a value in once and never reads it as a placeholder', () => {
    const sql = renderQuery(query, { ...TIMES, owner: ':share :from' });
    expect(sql).toContain("tenant_in_path = ':share :from' and a > 5e-1 -- not :this");
  });

  it.each([
    ['a parameter that the query does not have', { ...TIMES, owner: 'a', other: 1 }, /^other: /],
    ['a missing value', TIMES, /^owner: .*nothing/],
    ['a missing time', { owner: 'a', to: TIMES.to }, /^from: /],
  ])('refuses %s', (_title, values, message) => {
    expect(() => renderQuery(query, values)).toThrow(message);
  });
});

describe('verdicts of offline verification', () => {
  const query = parseQuery('x', FILE.replace('from requests', 'from refusals'));
  const digest = 'AB'.repeat(32);

  it('are rows of the statement', () => {
    const verdicts = [{ credentialsDigest: digest, isValid: true }];
    const sql = renderQuery(query, { ...TIMES, owner: 'a' }, { verdicts });
    expect(sql).toContain(`(values ('${digest}', true)) as given`);
  });

  it('without any: one row that equals nothing, so that the statement is the same', () => {
    expect(renderQuery(query, { ...TIMES, owner: 'a' })).toContain("(values ('', false)) as given");
  });

  it.each(["x') --", digest.toLowerCase(), digest.slice(1), ''])('L-01: refuses %j', (text) => {
    const verdicts = [{ credentialsDigest: text, isValid: false }];
    expect(() => renderQuery(query, { ...TIMES, owner: 'a' }, { verdicts })).toThrow(
      /^credentialsDigest: /,
    );
  });
});

/** Text and comments are no places for a `?`. */
function withoutQuotes(sql: string): string {
  return rewriteSql(sql, ({ kind }) => (kind === 'text' || kind === 'comment' ? '' : undefined));
}

describe('prepareStatement', () => {
  const query = parseQuery('x', FILE);

  it('asks for each time once, then for the parameters in the order in which they stand', () => {
    expect(prepareStatement(query).order).toEqual([
      'from_partition',
      'to_partition',
      'from',
      'to',
      'owner',
      'share',
    ]);
  });

  it.each(listQueries().map((one) => [one.name, one] as const))(
    '%s has as many ? as its order has names, and no placeholder is left',
    (_name, one) => {
      const { sql, order } = prepareStatement(one);
      const text = withoutQuotes(sql);
      expect(text.split('?')).toHaveLength(order.length + 1);
      expect(text).not.toMatch(/:[a-z_]/);
    },
  );

  it('takes one value for a list', () => {
    const list = parseQuery(
      'x',
      FILE.replace('owner text', 'owner text-list').replace('= :owner', 'in :owner'),
    );
    expect(prepareStatement(list).sql).toContain('tenant_in_path in (?)');
  });
});

describe('renderConsoleText', () => {
  it('begins with the question, fills in defaults and marks what is missing', () => {
    const text = renderConsoleText(parseQuery('x', FILE));
    expect(text).toMatch(/^-- Which ones, and why\?\nwith\nlines as /);
    expect(text).toContain("tenant_in_path = '<owner>' and a > 5e-1");
  });

  it.each(listQueries().map((one) => [one.name, one] as const))(
    '%s runs as it stands: last two days, no placeholder, a constant partition bound',
    (_name, one) => {
      const text = renderConsoleText(one);
      expect(withoutQuotes(text)).not.toMatch(/:[a-z_]|\?/);
      expect(text).toContain(
        "where dt between date_format(current_timestamp at time zone 'UTC' - ",
      );
    },
  );
});

it('issuance records have a column for every member, in snake case', () => {
  expect(ISSUED_GRANT_FIELDS.map(({ name, column }) => [name, column])).toContainEqual([
    'keyPairId',
    'key_pair_id',
  ]);
  expect(ISSUED_GRANT_FIELDS.map(({ column }) => column).join()).toBe(
    'time,request_id,user_hash,actor_hash,tenant,scope,key_pair_id,starts_at,expires_at,fingerprint',
  );
});

describe('the parameter tenant', () => {
  const query = listQueries().find(({ name }) => name === 'refusals');

  it('narrows what every question is about, at the end, so that what is genuine is still known', () => {
    const sql = query === undefined ? '' : renderQuery(query, { ...TIMES, tenant: 'acme' });

    expect(
      sql.match(/'acme' = '-'\s+or \(\s+numbered_refusals.tenant_in_path = 'acme'\s/g),
    ).toHaveLength(1);
    expect(sql.indexOf("'acme'")).toBeGreaterThan(sql.indexOf('as proven'));
  });

  it('is for all tenants unless given, and no `?` of a prepared statement', () => {
    const sql = query === undefined ? '' : renderQuery(query, TIMES);

    expect(sql.match(/'-' = '-'\s+or \(\s+numbered_refusals.tenant_in_path = '-'\s/g)).toHaveLength(
      1,
    );
    expect(query && prepareStatement(query).order).not.toContain('tenant');
  });

  it('narrows each of the three relations', () => {
    const narrowed = listRelations().filter(({ text }) => /:tenant\b/.test(text));
    expect(narrowed.map(({ name }) => name)).toEqual(['requests', 'numbered_signed', 'refusals']);
  });
});
