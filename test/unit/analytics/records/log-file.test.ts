import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { findLogFiles, LogFileError, type PassedOver } from '#analytics/records/log-file';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-files-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string | Buffer): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
}

const GRANT = '{"userHash":"a","fingerprint":"b"}\n';

it.each<[string, string | Buffer, object]>([
  ['2026/11/22/08/a.gz', gzipSync(GRANT), { format: 'grants', partition: '2026/11/22/08' }],
  ['a.json', GRANT, { format: 'grants', isGzip: false }],
  ['a.json', GRANT.trim(), { format: 'grants' }],
  // The hour is said by the folder of the file or by its name, not by a folder further up.
  [
    '2026/11/20/01/b/E1.2026-11-22-08.x.gz',
    gzipSync('#Fields: date\n'),
    { partition: '2026/11/22/08' },
  ],
  ['a.json', '{"date":"2026-11-22"}\n', { format: 'json' }],
  // A viewer can put anything into a log line, but no member beside those of the log.
  ['b.json', '{"cs(User-Agent)":"{\\"userHash\\":1,\\"fingerprint\\":2}"}\n', { format: 'json' }],
  [
    'E1.2026-11-22-08.x.gz',
    gzipSync('#Version: 1.0\n#Fields: date time\n'),
    { format: 'text', partition: '2026/11/22/08' },
  ],
])('%s is known by its content', (name, content, expected) => {
  write(name, content);
  expect(findLogFiles(folder)).toMatchObject([expected]);
});

it('takes no hour from a folder further up', () => {
  write('2026/11/20/01/b/a.json', GRANT);
  expect(findLogFiles(folder).map(({ partition }) => partition)).toEqual([undefined]);
});

describe('a folder without a single log is an error', () => {
  it('that names every file, without breaking the terminal', () => {
    write('notes.txt', 'hello');
    write('empty', '');
    write('esc\u001b[31m.txt', 'hello');

    expect(() => findLogFiles(folder)).toThrow(LogFileError);
    expect(() => findLogFiles(folder)).toThrow(/notes\.txt" is no log: neither Parquet/);
    expect(() => findLogFiles(folder)).toThrow(/empty" is empty/);
    expect(() => findLogFiles(folder)).toThrow(/esc\\u001b/);
  });
});

describe('beside logs', () => {
  const passedOver = (): unknown[] => {
    const found: PassedOver[] = [];
    findLogFiles(folder, {
      nameOf: (file) => path.basename(file),
      onPassedOver: (one) => found.push(one),
    });
    return found;
  };

  beforeEach(() => {
    write('good.json', '{"date":"2026-11-22"}\n');
  });

  it('empty and foreign files are passed over and named', () => {
    write('empty', '');
    write('empty.gz', gzipSync(''));
    write('_SUCCESS', '\uFEFF\n');
    write('notes.txt', 'hello');
    write('public-keys.json', '{\n  "K1": "-----BEGIN PUBLIC KEY-----"\n}\n');

    expect(passedOver()).toEqual([
      { name: '_SUCCESS', reason: 'is empty' },
      { name: 'empty', reason: 'is empty' },
      { name: 'empty.gz', reason: 'is empty' },
      { name: 'notes.txt', reason: expect.stringContaining('is no log') as unknown },
      { name: 'public-keys.json', reason: expect.stringContaining('is no log') as unknown },
    ]);
    expect(findLogFiles(folder).map((file) => path.basename(file.path))).toEqual(['good.json']);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['cut.gz', gzipSync('x').subarray(0, 5), /cut\.gz" cannot be decompressed$/],
    [
      'rtmp',
      '#Version: 1.0\n#Fields: date time x-edge-location c-ip x-event sc-bytes x-cf-status\n',
      /rtmp" is the log of a streaming \(RTMP\) distribution, with the field x-event/,
    ],
  ])('%s is refused by name, unless it is skipped', (name, content, message) => {
    write(name, content);
    const found: string[] = [];
    const skipped = findLogFiles(folder, {
      skipsUnreadable: true,
      onPassedOver: (one) => found.push(path.basename(one.name)),
    });

    expect(() => findLogFiles(folder)).toThrow(message);
    expect(() => findLogFiles(folder)).not.toThrow(/good\.json/);
    expect(skipped).toHaveLength(1);
    expect(found).toEqual([name]);
  });
});

it.each<[string, string | Buffer]>([
  ['a byte order mark', '\uFEFF#Version: 1.0\n#Fields: date sc-status\n2026-11-22\t200\n'],
  ['line ends of Windows', '#Version: 1.0\r\n#Fields: date sc-status\r\n2026-11-22\t200\r\n'],
])('reads header and first record behind %s', (_what, content) => {
  write('a.log', content);
  expect(findLogFiles(folder)).toMatchObject([
    {
      fields: ['date', 'sc-status'],
      headerLines: 2,
      firstRecord: { date: '2026-11-22', 'sc-status': '200' },
    },
  ]);
});

it('names ten of many', () => {
  for (let at = 0; at < 14; at += 1) write(`bad-${at}`, 'x');
  expect(() => findLogFiles(folder)).toThrow(/ and 4 more$/);
});

it('passes over hidden files', () => {
  write('.keep', '');
  expect(findLogFiles(folder)).toEqual([]);
});
