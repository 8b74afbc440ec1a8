import { execFileSync, spawn } from 'node:child_process';

/**
 * Runs a program and waits for its end. @throws Error with the last part of its output when it
 * fails
 */
export function runToEnd(
  command: readonly [string, ...string[]],
  options: { readonly folder: string; readonly environment: Readonly<Record<string, string>> },
): Promise<string> {
  const [program, ...arguments_] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, arguments_, {
      cwd: options.folder,
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else
        reject(
          new Error(
            `${arguments_.at(-1) ?? program} failed (exit code ${code ?? 'none'}):\n${output.trim().split('\n').slice(-20).join('\n')}`,
          ),
        );
    });
  });
}

/** Returns true if a process with this id is running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Returns the command line of a process, as `ps` shows it. Returns undefined if there is no such
 * process or no `ps`.
 */
export function commandLineOf(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
