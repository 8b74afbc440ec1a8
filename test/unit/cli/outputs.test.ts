import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { watchOutputs } from '#cli/outputs';

const ROOT = path.join(__dirname, '..', '..', '..');
const LOG_LINE = {
  date: '2026-11-22',
  time: '08:00:00',
  'x-edge-request-id': 'request-1',
  'c-ip': '192.0.2.1',
  'cs-method': 'GET',
  'cs-uri-stem': '/t/acme/a.png',
  'sc-status': '403',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'outputs-'));
  writeFileSync(path.join(folder, 'log.json'), `${JSON.stringify(LOG_LINE)}\n`);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command; the reader of its output leaves at once. */
async function run(
  arguments_: readonly string[],
): Promise<{ readonly code: unknown; readonly errors: string }> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', path.join(ROOT, 'cli', 'main.ts'), ...arguments_],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  child.stdout.destroy();
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as readonly unknown[];
  return { code, errors };
}

it.each([[['logs', 'list']], [['--help']]])(
  'a reader that has enough, as head does, is no failure of %j',
  async (arguments_) => {
    expect(await run(arguments_)).toEqual({ code: 0, errors: '' });
  },
);

it('a report is written though nobody reads its name', async () => {
  const out = path.join(folder, 'report.html');
  const window = ['--from', '2026-11-22T00:00:00Z', '--to', '2026-11-23T00:00:00Z'];
  const { code, errors } = await run([
    'logs',
    'report',
    '--source',
    folder,
    ...window,
    '--out',
    out,
  ]);

  expect(code).toBe(0);
  expect(errors).not.toMatch(/^ +at /m);
  expect(existsSync(out)).toBe(true);
});

it.each([
  ['EPIPE', undefined],
  ['ENOSPC', 'the disk said ENOSPC'],
])('an output that fails with %s is remembered as %j', async (code, remembered) => {
  const failing = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error(`the disk said ${code}`), { code }));
    },
  });
  const failureOfOutput = watchOutputs(failing, new PassThrough());
  failing.write('an answer');
  await new Promise(setImmediate);

  expect(failureOfOutput()?.message).toBe(remembered);
});
