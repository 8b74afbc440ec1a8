import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '#local/emulator/tools';

/** How LocalStack is run here. */
export type LocalStackRuntime =
  { readonly python: string } | { readonly engine: string; readonly image: string };

/** How LocalStack is run, or why it cannot be had. */
export type FoundLocalStack = LocalStackRuntime | { readonly missing: string };

/** Looks for a runtime, and installs LocalStack if it is missing. Progress is on standard error. */
export function findLocalStack(): FoundLocalStack {
  const program = path.join(projectRoot(), 'setup', 'localstack.mjs');
  const { stdout, status } = spawnSync(process.execPath, [program], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) return { missing: `${program} ended with exit code ${status ?? 'unknown'}` };
  return JSON.parse(stdout) as FoundLocalStack;
}
