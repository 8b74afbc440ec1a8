import { spawn } from 'node:child_process';
import type { Tools } from './tools';

/**
 * Terraform and its provider are Go programs that live for seconds and make much garbage at their
 * start: the provider builds the schemas of all its resources. Go collects when its heap has grown
 * by this share (in percent; 100 unless told otherwise,
 * https://pkg.go.dev/runtime#hdr-Environment_Variables). Fewer collections need less CPU and more
 * memory, up to about a gigabyte for a moment.
 */
const HEAP_GROWTH_PERCENT = '400';

/** The result of a Terraform run. */
export interface TerraformResult {
  readonly exitCode: number;
  /** Standard output and standard error in the order in which they were written. */
  readonly output: string;
}

export interface TerraformRun {
  readonly tools: Tools;
  /** The folder of the synthesised stack. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Called with every line of output. */
  readonly onLine?: (line: string) => void;
}

/** Runs one Terraform command without questions and colours. */
export function runTerraform(
  arguments_: readonly string[],
  run: TerraformRun,
): Promise<TerraformResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(run.tools.terraform, [`-chdir=${run.folder}`, ...arguments_], {
      env: {
        GOGC: HEAP_GROWTH_PERCENT,
        ...run.environment,
        TF_CLI_CONFIG_FILE: run.tools.terraformConfiguration,
        TF_IN_AUTOMATION: '1',
        TF_INPUT: '0',
        TF_CLI_ARGS: '-no-color',
        CHECKPOINT_DISABLE: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let rest = '';
    const take = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) run.onLine?.(line);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ exitCode: code ?? 1, output });
    });
  });
}

/**
 * Runs a Terraform command that must succeed. Otherwise it throws an error with the last part of
 * Terraform's output.
 */
export async function requireTerraform(
  arguments_: readonly string[],
  run: TerraformRun,
): Promise<string> {
  const { exitCode, output } = await runTerraform(arguments_, run);
  if (exitCode === 0) return output;
  const tail = output.trim().split('\n').slice(-25).join('\n');
  throw new Error(`terraform ${arguments_[0] ?? ''} failed with exit code ${exitCode}:\n${tail}`);
}
