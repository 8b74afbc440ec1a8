import { execFileSync } from 'node:child_process';
import { renderResult } from '#cli/logs/output-format';

const HOSTILE: readonly [string, string][] = [
  ['a terminal escape', '\u001b[31mred\u001b]0;title\u0007'],
  ['a formula', '=HYPERLINK("https://evil.example","x")'],
  ['another formula', '@SUM(A1)'],
  ['a formula behind a tab', '\t=1+1'],
  ['a formula where `;` separates cells', 'curl;=1+1'],
  ['a quoted formula where `;` separates cells', 'curl;"=1+1"'],
  ['line breaks', 'one\r\ntwo,three'],
  ['marks that reorder text', 'abc\u202edcba\u2066'],
  ['a C1 control', 'a\u009b31mb'],
  ['quotes', 'he said "no", twice'],
  ['markup', '<script>alert(1)</script>'],
];

const answer = (value: string): { columns: string[]; rows: [string, number][] } => ({
  columns: ['path', 'n'],
  rows: [
    [value, 1],
    ['plain', 2],
  ],
});
const UNPRINTABLE = /[\p{Cc}\p{Cf}]/u;

/** Reads CSV as RFC 4180 says, with nothing of our own writer: Python's reader is the judge. */
function parseCsv(text: string): unknown {
  const program =
    'import csv, io, json, sys; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode(), newline="")))))';
  return JSON.parse(execFileSync('python3', ['-c', program], { input: text, encoding: 'utf8' }));
}

it.each(['-abc==', '+1', '@x', "Mozilla/5.0 (compatible; =x; 'y')", '', ' a '])(
  'json and csv never change a value: %j',
  (value) => {
    expect(parseCsv(renderResult(answer(value), 'csv'))).toMatchObject([{}, [value, '1'], {}]);
    expect(JSON.parse(renderResult(answer(value), 'json'))).toMatchObject([{ path: value }, {}]);
  },
);

it('csv tells an empty text from no value', () => {
  const text = renderResult({ columns: ['a', 'b'], rows: [['', null]] }, 'csv');

  expect(text).toBe('a,b\r\n"",\r\n');
});

describe('hostile log lines stay data', () => {
  it.each(HOSTILE)('L-04: %s in a table is one printable line', (_title, value) => {
    const lines = renderResult(answer(value), 'table').split('\n');
    expect(lines).toHaveLength(5);
    expect(lines.some((line) => UNPRINTABLE.test(line))).toBe(false);
  });

  it.each(HOSTILE)('L-04: %s for a spreadsheet is one field of one record', (_title, value) => {
    const lines = renderResult(answer(value), 'spreadsheet').split('\r\n');
    expect(lines).toHaveLength(4);
    const first = lines[1] ?? '';
    expect(UNPRINTABLE.test(first)).toBe(false);
    expect(first).toMatch(/^(?:"(?:[^"]|"")*"|[^",]*),1$/);
    expect(first).not.toMatch(/(?:^|;)"*[=+\-@]/);
  });

  it.each(HOSTILE)('L-04: %s in CSV is shown as code points on a terminal', (_title, value) => {
    const text = renderResult(answer(value), 'csv', 80);
    expect(UNPRINTABLE.test(text.replaceAll('\r\n', ''))).toBe(false);
  });

  it.each(HOSTILE)('%s in CSV is the same text again', (_title, value) => {
    expect(parseCsv(renderResult(answer(value), 'csv'))).toEqual([
      ['path', 'n'],
      [value, '1'],
      ['plain', '2'],
    ]);
  });

  it.each(HOSTILE)('L-04: %s in JSON is the same text again', (_title, value) => {
    const text = renderResult(answer(value), 'json');
    expect(UNPRINTABLE.test(text.replaceAll('\n', ''))).toBe(false);
    expect(JSON.parse(text)).toEqual([
      { path: value, n: 1 },
      { path: 'plain', n: 2 },
    ]);
  });
});

it('prints numbers to the right, and nothing for null', () => {
  const table = renderResult(
    {
      columns: ['tenant', 'requests'],
      rows: [
        ['acme', 5],
        [null, 12_345],
        ['globex', null],
      ],
    },
    'table',
  );
  expect(table).toBe(
    'tenant  requests\n------  --------\nacme           5\n           12345\nglobex\n',
  );
});

it('prints a table that is wider than the terminal as a line for each column', () => {
  const answer = {
    columns: ['path', 'status', 'c_country'],
    rows: [
      [`/t/acme/${'x'.repeat(40)}`, 200, null],
      ['/t/b\u001b[31m', 403, 'DE'],
    ],
  };
  const shown = renderResult(answer, 'table', 40);

  expect(shown).toBe(
    [
      `path       /t/acme/${'x'.repeat(20)}…`,
      'status     200',
      'c_country',
      '',
      'path       /t/b\\u{1b}[31m',
      'status     403',
      'c_country  DE',
      '',
    ].join('\n'),
  );
  expect(renderResult(answer, 'table', 80)).toBe(renderResult(answer, 'table'));
});

it('prints a table of more rows than a function takes arguments', () => {
  const rows = Array.from({ length: 200_000 }, (_, at) => [at]);

  expect(renderResult({ columns: ['n'], rows }, 'table').split('\n')).toHaveLength(200_003);
});

it('prints an empty answer as its columns', () => {
  expect(renderResult({ columns: ['a', 'b'], rows: [] }, 'csv')).toBe('a,b\r\n');
  expect(renderResult({ columns: ['a', 'b'], rows: [] }, 'json')).toBe('[]\n');
});
