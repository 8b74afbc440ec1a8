import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { listQueries, parseQuery, type QueryDescription } from '#analytics/catalog';
import { renderLiteral } from '#analytics/parameters';
import { listRelations } from '#analytics/read-relations';
import {
  prepareStatement,
  type QueryValues,
  renderConsoleText,
  renderQuery,
} from '#analytics/render-query';
import { rewriteSql } from '#analytics/sql-tokens';

interface Token {
  readonly text: string;
  readonly channel: number;
}

/** As much of dt-sql-parser's TrinoSQL as is used. */
interface TrinoParser {
  validate(sql: string): readonly { readonly message: string }[];
  getAllTokens(sql: string): readonly Token[];
}

const ROOT = path.join(__dirname, '..', '..', '..');
const TIMES = { from: '2026-11-22T08:30:00Z', to: '2026-11-22T10:00:00Z' };
/** Functions that mean the same on Athena, Trino and DuckDB (with its macros). */
const FUNCTIONS: readonly string[] = [
  ...['approx_percentile', 'count', 'count_if', 'max', 'min', 'sum', 'lag', 'row_number'],
  ...['coalesce', 'nullif', 'try', 'cast', 'try_cast', 'date_trunc', 'to_unixtime'],
  ...[
    'length',
    'lower',
    'regexp_extract',
    'regexp_like',
    'regexp_replace',
    'replace',
    'split_part',
  ],
  ...['strpos', 'substr', 'url_decode', 'from_utf8', 'to_utf8', 'from_base64', 'to_hex', 'sha256'],
  ...['floor', 'power', 'round', 'sqrt'],
];
const KEYWORDS_BEFORE_PARENTHESIS =
  /^(?:and|as|by|exists|from|given|in|join|not|on|or|over|select|then|union|values|when|where)$/;
const TABLES: readonly string[] = ['log_lines', 'evidence_lines', 'issued_grants'];

let folder: string;
let parser: TrinoParser;

// The package's modules import folders, which Node does not: they are bundled first.
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-grammar-'));
  const outfile = path.join(folder, 'parser.cjs');
  const build = `require('esbuild').buildSync(${JSON.stringify({
    entryPoints: ['dt-sql-parser'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
    outfile,
  })})`;
  execFileSync(process.execPath, ['-e', build], { cwd: ROOT });
  const { TrinoSQL } = createRequire(outfile)(outfile) as { TrinoSQL: new () => TrinoParser };
  parser = new TrinoSQL();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function problems(sql: string): readonly string[] {
  return parser.validate(`${sql};`).map(({ message }) => message);
}

/** Tokens without white space and comments. */
function tokensOf(sql: string): readonly string[] {
  return parser
    .getAllTokens(sql)
    .filter(({ channel, text }) => channel === 0 && text !== '<EOF>')
    .map(({ text }) => text);
}

function calledFunctions(sql: string): ReadonlySet<string> {
  const tokens = tokensOf(sql);
  const called = tokens.filter(
    (text, at) => tokens[at + 1] === '(' && /^\w+$/.test(text) && tokens[at - 1] !== 'as',
  );
  return new Set(called.filter((text) => !KEYWORDS_BEFORE_PARENTHESIS.test(text)));
}

function namedRelations(sql: string): ReadonlySet<string> {
  const tokens = tokensOf(sql);
  return new Set(
    tokens.filter((text, at) => /^(?:from|join)$/.test(tokens[at - 1] ?? '') && text !== '('),
  );
}

function definedRelations(sql: string): ReadonlySet<string> {
  const tokens = tokensOf(sql);
  return new Set(tokens.filter((_text, at) => tokens[at + 1] === 'as' && tokens[at + 2] === '('));
}

/** Without text, quoted names and comments. */
function bare(sql: string): string {
  return rewriteSql(sql, ({ kind }) =>
    kind === 'text' || kind === 'quoted-name' || kind === 'comment' ? '' : undefined,
  );
}

/** The times, and a text for every parameter that demands a value. */
function valuesOf({ parameters }: QueryDescription): QueryValues {
  const demanded = parameters.filter(
    ({ name, default: standard }) => standard === undefined && !(name in TIMES),
  );
  return { ...TIMES, ...Object.fromEntries(demanded.map(({ name }) => [name, 'x'])) };
}

const QUERIES = listQueries().map((query) => [query.name, query] as const);

/** The clause in which each `?` of a statement stands. */
function clausesOfValues(sql: string): readonly string[] {
  const clauses = [''];
  const found: string[] = [];
  for (const [token] of bare(sql)
    .toLowerCase()
    .matchAll(/[a-z_]+|[()?]/g)) {
    if (token === '(') clauses.push(clauses.at(-1) ?? '');
    if (token === ')') clauses.pop();
    if (token === '?') found.push(clauses.at(-1) ?? '');
    if (CLAUSES.includes(token)) clauses[clauses.length - 1] = token;
  }
  return found;
}
const CLAUSES = ['select', 'from', 'on', 'where', 'group', 'having', 'order', 'limit'];

describe('every query is Trino: rendered, prepared and for the console', () => {
  it.each(QUERIES)('%s', (_name, query) => {
    const rendered = renderQuery(query, valuesOf(query));
    expect(problems(rendered)).toEqual([]);
    expect(problems(prepareStatement(query).sql)).toEqual([]);
    expect(problems(renderConsoleText(query))).toEqual([]);
    expect([...calledFunctions(rendered)].filter((name) => !FUNCTIONS.includes(name))).toEqual([]);
  });

  it.each(QUERIES)(
    '%s takes its values in WHERE, where alone Athena documents a ?',
    (_name, query) => {
      const clauses = clausesOfValues(prepareStatement(query).sql);
      expect(clauses.filter((clause) => clause !== 'where')).toEqual([]);
      expect(clauses.length).toBeGreaterThanOrEqual(4);
    },
  );

  it('finds a ? elsewhere', () => {
    const sql =
      'select ?, f(a, (select b from c where d = ?)) from t where (e = ?) group by 1 having count(*) > ?';
    expect(clausesOfValues(sql)).toEqual(['select', 'where', 'where', 'having']);
  });

  it.each(QUERIES)('L-02: %s reads the three tables and what it defines itself', (_name, query) => {
    const rendered = renderQuery(query, valuesOf(query));
    const known = [...definedRelations(rendered), ...TABLES];
    expect([...namedRelations(rendered)].filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each([
    'select a::integer from t',
    'select interval 1 day',
    'select [1, 2]',
    'select * exclude (a) from t',
    'select a, count(*) from t group by all',
    "select 'open",
  ])('the grammar refuses %s', (sql) => {
    expect(problems(sql)).not.toEqual([]);
  });

  it.each(['list_value(1)', "strptime('a', 'b')", 'md5(a)', 'date_diff(a, b)'])(
    'the list of functions refuses %s',
    (call) => {
      const [name = ''] = call.split('(');
      expect([...calledFunctions(`select ${call} from t`)]).toEqual([name]);
      expect(FUNCTIONS).not.toContain(name);
    },
  );

  it('L-02: a table beside the three is noticed', () => {
    const header =
      '-- question: ?\n-- purpose: .\n-- columns: a\n-- cost: low\n-- needs: traffic\n';
    const sql = renderQuery(parseQuery('x', `${header}select 1 from secrets`), TIMES);
    const known = [...definedRelations(sql), ...TABLES];
    expect([...namedRelations(sql)].filter((name) => !known.includes(name))).toEqual(['secrets']);
  });
});

describe('rules that keep the meaning the same everywhere', () => {
  const texts = [
    ...listRelations().map(({ name, text }) => [`relation ${name}`, text] as const),
    ...QUERIES.map(([name, { sql }]) => [name, sql] as const),
  ];

  it.each(texts)('%s', (_name, sql) => {
    const text = bare(sql);
    // `date` and `time` are types, too: quoted they are columns.
    expect(text).not.toMatch(/(?<![\w.])(?:date|time)(?!\w)/);
    expect(text).not.toMatch(/[A-Z]/);
    for (const [, list = ''] of text.matchAll(/group by ([^\n)]*)/g))
      expect(list).toMatch(/^[\d, ]+$/);
    // Of whole numbers, a quotient is a fraction here and a whole number there.
    for (const [line] of text.matchAll(/^.*[^*]\/ .*$/gm)) {
      expect(line).toMatch(/as double|nullif|range_size|baseline_share|3600/);
    }
  });

  it.each(QUERIES)('%s says in which order its rows come', (_name, { sql }) => {
    expect(bare(sql)).toMatch(/\norder by [^\n]+$/);
  });
});

describe('L-01: a value is one literal to Trino itself', () => {
  it.each(["x' OR '1'='1", "''", '\\', "'); --", '’ or 1=1', '/* */', '-- x', '?', ':from', '"'])(
    '%s',
    (value) => {
      expect(tokensOf(`select ${renderLiteral('p', 'text', value)}`)).toHaveLength(2);
    },
  );

  it('whatever text comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (value) => {
        // eslint-disable-next-line no-control-regex -- the encoder refuses them
        fc.pre(!/[\u0000-\u001f\u007f]/.test(value));
        expect(tokensOf(`select ${renderLiteral('p', 'text', value)}`)).toHaveLength(2);
      }),
    );
  });

  it('no value changes the shape of a whole statement', () => {
    const query = listQueries().find(({ name }) => name === 'who-opened');
    if (query === undefined) throw new Error('no query who-opened');
    const shape = (value: string): readonly string[] =>
      tokensOf(renderQuery(query, { ...TIMES, path: value })).map((text) =>
        text.startsWith("'") ? "'…'" : text,
      );
    const plain = shape('/t/acme/a.png');
    for (const hostile of ["' or ''='", "'; drop table log_lines; --", "')) union select 1 --"])
      expect(shape(hostile)).toEqual(plain);
  });
});
