import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '#local/emulator/tools';

interface Scanners {
  readonly checkov: { readonly python: string };
  readonly tflint: { readonly program: string };
}

/**
 * Returns how a scanner is started, or one line that says why it cannot be had. A missing scanner
 * is installed; progress is on standard error.
 */
export function findScanner<Name extends keyof Scanners>(
  name: Name,
): Scanners[Name] | { readonly missing: string } {
  const program = path.join(projectRoot(), 'setup', 'scanners.mjs');
  const { stdout, status } = spawnSync(process.execPath, [program, name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) return { missing: `${program} ended with exit code ${status ?? 'unknown'}` };
  return JSON.parse(stdout) as Scanners[Name] | { readonly missing: string };
}
