import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PROJECT_FOLDER } from './synthesised';

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-main-'));

function runMain(selection: string): { status: number | null; stderr: string; written: string[] } {
  const outdir = mkdtempSync(path.join(folder, 'out-'));
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'main.ts'], {
    cwd: PROJECT_FOLDER,
    encoding: 'utf8',
    env: {
      ...process.env,
      EDGEPASS_ENVIRONMENT: selection,
      CDKTF_OUTDIR: outdir,
      NODE_NO_WARNINGS: '1',
    },
  });
  return { status, stderr, written: readdirSync(outdir) };
}

test('an environment that does not exist is told in one line that names what there is', () => {
  expect(runMain('staging')).toEqual({
    status: 2,
    stderr:
      'edgepass: EDGEPASS_ENVIRONMENT: 1 problem\n' +
      '  name: got "staging"; allowed: example, local, or a path that ends in .json\n',
    written: [],
  });
});

test('an environment file with mistakes: every one with key, value and what is allowed, and no stack', () => {
  const file = path.join(folder, 'broken.json');
  writeFileSync(file, '{ "name": "broken", "target": "moon", "surprise": 1 }');
  const { status, stderr, written } = runMain(file);
  expect(status).toBe(2);
  expect(stderr).toContain('  target: got "moon"; allowed: "aws", "emulator"\n');
  expect(stderr).toContain('  surprise: got an unknown key; allowed: ');
  expect(stderr).not.toMatch(/^\s+at |main\.ts/m);
  expect(written).toEqual([]);
});

test('L-05: evidence that would hold no cookie is refused, with the reason and the ways out', () => {
  const example = path.join(PROJECT_FOLDER, 'environments', 'example.json');
  const document = JSON.parse(readFileSync(example, 'utf8')) as Record<string, unknown>;
  const evidence = { confirmNoParentDomainCookies: true };
  const file = path.join(folder, 'example.json');
  writeFileSync(file, JSON.stringify({ ...document, logs: { evidence } }));
  const { status, stderr } = runMain(file);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^ {2}logs\.evidence: got .*AWS provider 5\.100\.0; allowed: .*6\.20/m);
  expect(stderr).not.toMatch(/^\s+at |main\.ts/m);
});
