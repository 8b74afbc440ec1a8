import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildZip } from '#modules/functions/zip-archive';

interface Entry {
  readonly name: string;
  readonly text: string;
  readonly mode: number;
  readonly time: readonly number[];
  readonly stored: boolean;
}

/**
 * Python's zipfile reads the archive as an independent program; `testzip` compares every CRC with
 * the content.
 */
const JUDGE = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps([{
        "name": one.filename,
        "text": archive.read(one).decode(),
        "mode": one.external_attr >> 16 if one.create_system == 3 else None,
        "time": one.date_time,
        "stored": one.compress_type == zipfile.ZIP_STORED,
    } for one in archive.infolist()]))
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'zip-archive-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function unpack(zip: Buffer): readonly Entry[] {
  const file = path.join(folder, 'function.zip');
  writeFileSync(file, zip);
  const printed = execFileSync('python3', ['-c', JUDGE, file], { encoding: 'utf8' });
  return JSON.parse(printed) as readonly Entry[];
}

const file = (name: string, text: string) => ({ name, bytes: Buffer.from(text, 'utf8') });

test('an unpacking program finds names and bytes, readable by all, stored, of a fixed time', () => {
  const common = { mode: 0o100644, time: [1980, 1, 1, 0, 0, 0], stored: true };

  expect(
    unpack(buildZip([file('index.js', 'exports.a = 1;\n'), file('deep/é.json', '{"ü":1}')])),
  ).toEqual([
    { name: 'deep/é.json', text: '{"ü":1}', ...common },
    { name: 'index.js', text: 'exports.a = 1;\n', ...common },
  ]);
});

test('the same files give the same bytes, in whatever order they come', () => {
  const [one, other] = [file('a', '1'), file('b', '2')];
  expect(buildZip([one, other]).equals(buildZip([other, one]))).toBe(true);
  expect(buildZip([one, other]).equals(buildZip([one, file('b', '3')]))).toBe(false);
});

test.each(['Pacific/Kiritimati', 'America/Los_Angeles'])(
  'the same files give the same bytes in %s, too',
  (zone) => {
    const program =
      "const { buildZip } = require('./modules/functions/zip-archive.ts');" +
      "process.stdout.write(buildZip([{ name: 'a', bytes: Buffer.from('1') }]).toString('hex'));";
    const printed = execFileSync(process.execPath, ['--import', 'tsx', '-e', program], {
      cwd: path.join(__dirname, '../../../..'),
      env: { ...process.env, TZ: zone },
      encoding: 'utf8',
    });
    expect(printed).toBe(buildZip([file('a', '1')]).toString('hex'));
  },
);

test('an archive without files is still an archive', () => {
  expect(unpack(buildZip([]))).toEqual([]);
});
