import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { listFiles, ROOT } from '../../structure/source-files';

/** A copy of the checkout's tracked files, so that a plant never stands in the checkout. */
function copyCheckout(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-knip-'));
  for (const file of listFiles().filter((name) => /\.(?:[mc]?[jt]s|jsonc?)$/.test(name)))
    cpSync(path.join(ROOT, file), path.join(folder, file), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

test('knip names an export that nobody uses, and a file that nobody imports', () => {
  const folder = copyCheckout();
  writeFileSync(path.join(folder, 'core', 'planted.ts'), 'export const planted = 1;\n');
  writeFileSync(path.join(folder, 'core', 'clock.ts'), `export const plantedExport = 1;\n`, {
    flag: 'a',
  });
  const knip = path.join(ROOT, 'node_modules', 'knip', 'bin', 'knip.js');
  const { status, stdout } = spawnSync(process.execPath, [knip], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stdout).toContain('core/planted.ts');
  expect(stdout).toContain('plantedExport');
  expect(status).toBe(1);
});
