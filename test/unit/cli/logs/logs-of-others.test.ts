import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { LOG_FIELDS } from '#analytics/fields';
import { ParquetLogWriter } from '#analytics/records/encode-log-file';
import { runProgram } from '#cli/program';
import { makeContext } from '../command-fixture';

/**
 * Logs as other people's tools leave them: joined, cut, with foreign files beside them, and with
 * other names and times.
 */

const WINDOW = ['--from', '2026-08-07T00:00:00Z', '--to', '2026-08-08T00:00:00Z'];
const FIELDS = [
  ...['date', 'time', 'c-ip', 'cs-method', 'cs-uri-stem', 'sc-status', 'cs(User-Agent)'],
  ...['x-edge-request-id', 'sc-bytes'],
];
const HEADER = `#Version: 1.0\n#Fields: ${FIELDS.join(' ')}\n`;
const lineOf = (id: string, agent = 'curl/8'): string =>
  `2026-08-07\t19:49:19\t192.0.2.4\tGET\t/t/acme/f/1/a.png\t403\t${agent}\t${id}\t10\n`;
const gzip = (text: string): Buffer => gzipSync(text);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-others-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string | Buffer): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
}

interface Answer {
  readonly code: number;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly complaints: string;
}

async function ask(question: string, ...options: readonly string[]): Promise<Answer> {
  const made = makeContext();
  const command = ['logs', 'query', question, '--source', folder, '--format', 'json', ...WINDOW];
  const code = await runProgram(made.context, [...command, ...options]);
  const printed = made.printed();
  const rows = printed === '' ? [] : (JSON.parse(printed) as Answer['rows']);
  return { code, rows, complaints: made.complaints().replaceAll(`${folder}/`, '') };
}

const idsOf = ({ rows }: Answer): unknown[] => rows.map((row) => row['x_edge_request_id']).sort();

describe('joined logs are read, and each header names the columns of what follows', () => {
  const other = `#Version: 1.0\n#Fields: ${[...FIELDS].reverse().join(' ')}\n`;
  const reversed = lineOf('c').trimEnd().split('\t').reverse().join('\t');
  const text = `${HEADER}${lineOf('a')}${HEADER}${lineOf('b')}${other}${reversed}\n`;

  it.each<[string, string | Buffer]>([
    ['text', text],
    ['one gzip member', gzip(text)],
    [
      'joined gzip members',
      Buffer.concat(
        [HEADER + lineOf('a'), HEADER + lineOf('b'), `${other}${reversed}\n`].map(gzip),
      ),
    ],
    ['a byte order mark', `\uFEFF${text}`],
    ['line ends of Windows', text.replaceAll('\n', '\r\n')],
  ])('%s', async (_what, content) => {
    write('all.log', content);

    const answer = await ask('refusals');

    expect(answer).toMatchObject({ code: 0 });
    expect(idsOf(answer)).toEqual(['a', 'b', 'c']);
  });
});

describe('times', () => {
  const rest = 'c-ip cs-method cs-uri-stem sc-status x-edge-request-id';
  const values = '192.0.2.1\tGET\t/t/acme/f/1/a.png\t403';
  const members = {
    'c-ip': '192.0.2.1',
    'cs-method': 'GET',
    'cs-uri-stem': '/t/acme/f/1/a.png',
    'sc-status': '403',
  };

  it.each<[string, string]>([
    ['timestamp(ms) in text', `#Fields: timestamp(ms) ${rest}\n1786132159492\t${values}\ta\n`],
    ['seconds in text', `#Fields: timestamp ${rest}\n1786132159\t${values}\ta\n`],
    [
      'a fraction, as in real-time logs',
      `#Fields: timestamp ${rest}\n1786132159.541\t${values}\ta\n`,
    ],
    [
      'timestamp(ms) in JSON',
      JSON.stringify({ 'timestamp(ms)': '1786132159492', ...members, 'x-edge-request-id': 'a' }),
    ],
    [
      'a number in JSON',
      JSON.stringify({ timestamp: 1786132159.5, ...members, 'x-edge-request-id': 'a' }),
    ],
  ])('%s is the time of the request', async (_what, content) => {
    write('2026/08/07/19/a.log', content);

    const answer = await ask('refusals');

    expect(answer).toMatchObject({ code: 0, rows: [{ time: '2026-08-07 19:49:19' }] });
  });
});

it('the names of real-time logs are understood', async () => {
  write(
    'rt.log',
    `#Fields: timestamp c-ip sc-status sc-bytes cs-user-agent cs-uri-stem cs-method\n1786132159.541\t192.0.2.1\t200\t347\tcurl/7.88.1\t/t/acme/x\tGET\n`,
  );

  const answer = await ask('client-classes');

  expect(answer).toMatchObject({ code: 0, rows: [{ requests: 1 }] });
});

describe('what is no log is passed over and named', () => {
  it('an empty object and a stray one', async () => {
    write('E2.2026-08-07-19.gz', gzip(HEADER + lineOf('a')));
    write('E2.2026-08-07-20.gz', '');
    write('aws-logs-write-test', 'Permission Check Successful');

    const answer = await ask('refusals');

    expect(idsOf(answer)).toEqual(['a']);
    expect(answer.complaints).toContain('note: 2 files or lines were passed over or changed:');
    expect(answer.complaints).toContain('"E2.2026-08-07-20.gz" is empty');
    expect(answer.complaints).toContain('"aws-logs-write-test" is no log');
  });
});

describe('one bad line or file of many', () => {
  const cutParquet = `PAR1${'secret'.repeat(500)}`;
  const cutGzip = ((): Buffer => {
    const bytes = gzip(HEADER + Array.from({ length: 999 }, (_, at) => lineOf(`z${at}`)).join(''));
    return bytes.subarray(0, bytes.length - 300);
  })();
  const cases: readonly (readonly [string, string, string | Buffer, string])[] = [
    ['a missing tab', 'b.log', HEADER + lineOf('b').replace('\t403', ''), 'line 3: 8 values for'],
    ['a line without a header', 'b.log', lineOf('b'), 'is no log'],
    ['a cut file', 'b.gz', cutGzip, 'line '],
    ['JSON that is none', 'b.json', '{"date": secret}\n', 'line 1: the line is no JSON'],
    ['Parquet that is none', 'b.parquet', cutParquet, 'b.parquet" cannot be read'],
  ];

  it.each(cases)('%s is passed over and counted where that is wished', async (...one) => {
    const [, file, content, said] = one;
    write('a.log', HEADER + lineOf('a'));
    write(file, content);

    const answer = await ask('refusals', '--skip-unreadable');

    expect(answer.code).toBe(0);
    expect(idsOf(answer)).toContain('a');
    expect(answer.complaints).toContain(said);
    expect(answer.complaints).not.toContain('secret');
  });

  it.each(cases.filter(([what]) => what !== 'a line without a header'))(
    '%s ends the question otherwise, with the name of the file',
    async (...one) => {
      const [, file, content] = one;
      write('a.log', HEADER + lineOf('a'));
      write(file, content);

      const { code, rows, complaints } = await ask('refusals');

      expect({ code, rows }).toEqual({ code: 2, rows: [] });
      expect(complaints).toContain(`a log that cannot be read: "${file}"`);
      expect(complaints).not.toContain('secret');
    },
  );

  it('a thousand bad lines are counted, and five are named', async () => {
    write('a.log', HEADER + lineOf('a') + 'cut\n'.repeat(1_000));

    const { complaints } = await ask('refusals', '--skip-unreadable');

    expect(complaints).toContain('note: 1000 files or lines were passed over or changed:');
    expect(complaints).toContain('and 995 more');
  });
});

describe('bytes that are no UTF-8', () => {
  it.each([
    ['refusals'],
    ['client-classes'],
    ['failure-rate-by-tenant', '--set', 'min_requests=1'],
    ['top-offenders', '--set', 'min_refusals=1'],
  ])('are treated alike by every question: %s', async (question, ...settings) => {
    const bytes = Buffer.from(HEADER + lineOf('a') + lineOf('b', 'Bad\u00ffBot'), 'latin1');
    write('E2.2026-08-07-19.log', bytes);

    const { code, rows } = await ask(question, ...settings);

    expect(code).toBe(0);
    expect(rows.length).toBeGreaterThan(0);
  });
});

describe('an empty answer is never the answer to a log that was not understood', () => {
  it.each<[string, string, string]>([
    [
      'no time at all',
      '#Fields: c-ip cs-method cs-uri-stem sc-status\n192.0.2.1\tGET\t/t/a/b\t403\n',
      'refusals needs fields that no line has: date (as yyyy-MM-dd, or timestamp(ms), or timestamp). Files: "a.log"',
    ],
    [
      'a date in another form',
      HEADER + lineOf('a').replace('2026-08-07', '07/Aug/2026'),
      'needs fields that no line has: date (as yyyy-MM-dd',
    ],
    [
      'a status in words',
      HEADER + lineOf('a').replace('403', 'FORBIDDEN'),
      'needs fields that no line has: sc-status (of three digits)',
    ],
    [
      'no status',
      '#Fields: date time c-ip cs-method cs-uri-stem\n2026-08-07\t19:49:19\t192.0.2.1\tGET\t/t/a\n',
      'needs fields that no line has: sc-status (of three digits)',
    ],
    [
      'JSON of something else',
      '{"message":"hello","level":"info"}\n',
      'needs fields that no line has: date (as yyyy-MM-dd, or timestamp(ms), or timestamp); c-ip;',
    ],
  ])('%s', async (_what, content, said) => {
    write('a.log', content);

    const { code, rows, complaints } = await ask('refusals');

    expect({ code, rows }).toEqual({ code: 2, rows: [] });
    expect(complaints).toContain(said);
  });

  it('a Parquet file without the columns', async () => {
    const writer = await ParquetLogWriter.create();
    const fields = LOG_FIELDS.filter(({ name }) => ['date', 'time', 'c-ip'].includes(name));
    const record = { date: '2026-08-07', time: '19:49:19', 'c-ip': '192.0.2.1' };
    await writer.write(path.join(folder, 'a.parquet'), fields, [record]);
    writer.close();

    const { code, complaints } = await ask('failure-rate-by-tenant');

    expect(code).toBe(2);
    expect(complaints).toContain(
      'no line has: cs-method; cs-uri-stem; sc-status (of three digits)',
    );
  });

  it('lines after the first whose time is not understood are found when nothing is left', async () => {
    const bad = lineOf('b').replace('2026-08-07', '07.08.2026');
    write('a.log', HEADER + lineOf('a').replace('403', '200') + bad + bad);

    const { code, complaints } = await ask('refusals');

    expect(code).toBe(0);
    expect(complaints).toContain('no rows: 1 line of this time, and none is part of the answer');
    expect(complaints).toContain('the time of 2 others is not understood');
  });

  it('lines of other times are counted, and their times are said', async () => {
    write('a.log', HEADER + lineOf('a').replace('2026-08-07', '2026-07-01'));
    write('2026/08/07/01/b.log', HEADER + lineOf('a').replace('2026-08-07', '2026-07-01'));

    const { code, complaints } = await ask('refusals');

    expect(code).toBe(0);
    expect(complaints).toContain(
      'no rows: the 1 line of these hours are from 2026-07-01 19:49:19 to 2026-07-01 19:49:19',
    );
  });

  it('lines of some files without a field are counted', async () => {
    write('a.log', HEADER + lineOf('a'));
    write('b.log', `#Fields: date time c-ip\n${'2026-08-07\t19:49:19\t192.0.2.4\n'.repeat(3)}`);
    write('c.log', `#Fields: date time sc-status\n${'2026-08-07\t19:49:19\t403\n'.repeat(3)}`);

    const answer = await ask('refusals');

    expect(answer.code).toBe(0);
    expect(answer.rows.length).toBeGreaterThan(0);
    expect(answer.complaints).toContain(
      'note: 3 lines without c-ip, which refusals needs: "c.log"',
    );
  });

  it('a report says which of its sections cannot be answered', async () => {
    write('a.log', `#Fields: ${FIELDS.join(' ')}\n${lineOf('a')}`);
    const made = makeContext();
    const out = path.join(folder, '.report.html');
    const command = ['logs', 'report', '--source', folder, ...WINDOW, '--out', out];

    expect(await runProgram(made.context, command)).toBe(0);
    const page = readFileSync(out, 'utf8');
    expect(page).toContain('No answer: latency-percentiles needs fields that no line has');
    expect(page).toContain('Refusals by address');
  });
});
