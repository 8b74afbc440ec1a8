import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { findLogFiles, LogFileError } from '#analytics/records/log-file';

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

it('names every file that is no log, without breaking the terminal', () => {
  write('good.json', '{"date":"2026-11-22"}\n');
  write('notes.txt', 'hello');
  write('cut.gz', gzipSync('x').subarray(0, 5));
  write('empty', '');
  write('esc\u001b[31m.txt', 'hello');
  expect(() => findLogFiles(folder)).toThrow(LogFileError);
  expect(() => findLogFiles(folder)).toThrow(/notes\.txt/);
  expect(() => findLogFiles(folder)).toThrow(/cut\.gz/);
  expect(() => findLogFiles(folder)).toThrow(/empty/);
  expect(() => findLogFiles(folder)).toThrow(/esc\\u001b/);
  expect(() => findLogFiles(folder)).not.toThrow(/good\.json/);
});

it('names ten of many', () => {
  for (let at = 0; at < 14; at += 1) write(`bad-${at}`, 'x');
  expect(() => findLogFiles(folder)).toThrow(/ and 4 more$/);
});

it('passes over hidden files', () => {
  write('.keep', '');
  expect(findLogFiles(folder)).toEqual([]);
});
