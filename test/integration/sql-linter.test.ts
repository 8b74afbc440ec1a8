import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-sql-linter-'));

function lint(sql: string): { readonly code: number | null; readonly text: string } {
  const file = path.join(folder, 'planted.sql');
  writeFileSync(file, sql);
  const program = path.join(ROOT, 'setup', 'run.mjs');
  const run = spawnSync(process.execPath, [program, 'lint:sql', file], { encoding: 'utf8' });
  return { code: run.status, text: run.stdout + run.stderr };
}

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('the SQL linter lets good SQL pass', () => {
  expect(lint('select a\nfrom t\nwhere b = :top\n')).toMatchObject({ code: 0 });
});

it.each([
  ['upper-case keywords', 'SELECT a\nfrom t\n', 'CP01'],
  ['a line of more than 100 columns', `select a -- ${'x'.repeat(100)}\nfrom t\n`, 'LT05'],
  ['what is not SQL', 'select from where\n', 'PRS'],
])('the SQL linter refuses %s', (_title, sql, rule) => {
  const { code, text } = lint(sql);
  expect(code).toBe(1);
  expect(text).toContain(rule);
});
