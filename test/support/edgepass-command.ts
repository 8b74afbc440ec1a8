import { spawn } from 'node:child_process';
import path from 'node:path';
import { projectRoot, readTools } from '#local/emulator/tools';

/** A finished run of the `edgepass` command. */
export interface CommandResult {
  readonly exitCode: number;
  readonly output: string;
  readonly errorOutput: string;
}

/**
 * The variables of the machine without those that select an AWS account, an emulator or an
 * environment.
 */
export function plainEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !/^(?:AWS_|EDGEPASS_|NODE_OPTIONS|JEST_)/.test(entry[0]),
    ),
  );
}

/** Program and first arguments that run the command from this checkout. */
export function edgepassProgram(): readonly [string, ...string[]] {
  const root = projectRoot();
  const loader = path.join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs');
  return [readTools(root).node, '--import', `file://${loader}`, path.join(root, 'cli', 'main.ts')];
}

/** Runs the `edgepass` command as a separate process and waits for its end. */
export function runEdgepass(
  arguments_: readonly string[],
  options: {
    readonly input?: string;
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): Promise<CommandResult> {
  const [program, ...first] = edgepassProgram();
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...first, ...arguments_], {
      cwd: projectRoot(),
      env: { ...plainEnvironment(), ...options.environment },
      stdio: 'pipe',
    });
    const texts = { output: '', errorOutput: '' };
    child.stdout.on('data', (chunk: Buffer) => (texts.output += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (texts.errorOutput += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ exitCode: code ?? -1, ...texts });
    });
    child.stdin.end(options.input ?? '');
  });
}
