import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** Root folder of the checkout. */
export const ROOT = path.dirname(__dirname);

const LOADER = ['--import', 'tsx'];

/** Runs a TypeScript program of this folder and parses the last line of its output. */
export function runProgram(
  file: string,
  arguments_: readonly string[],
  environment: Record<string, string> = {},
): unknown {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...LOADER, path.join(ROOT, file), ...arguments_],
    {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, ...environment },
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (status !== 0)
    throw new Error(`${file} failed: ${stderr.trim().split('\n').slice(-5).join('\n')}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

/** Starts a TypeScript program and waits for the line that it prints when it is ready. */
export async function startProgram(file: string): Promise<{ line: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [...LOADER, path.join(ROOT, file)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return { line: chunk.toString('utf8').trim(), child };
}

/** The median of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
