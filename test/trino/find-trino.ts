import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '#local/emulator/tools';

/** A Java and an unpacked Trino, or why they cannot be had. */
export type FoundTrino =
  | { readonly java: string; readonly home: string; readonly missing?: undefined }
  | { readonly missing: string };

/** Looks for Trino and fetches it when it is not there yet; says so on standard error. */
export function findTrino(): FoundTrino {
  const program = path.join(projectRoot(), 'setup', 'trino.mjs');
  const { stdout, status } = spawnSync(process.execPath, [program], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) return { missing: `${program} ended with exit code ${status ?? 'unknown'}` };
  return JSON.parse(stdout) as FoundTrino;
}
