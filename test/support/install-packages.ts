import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { plainEnvironment } from './edgepass-command';

/** A program that runs to its end in a folder. */
export interface Program {
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program that must succeed. @throws Error with the end of what it printed */
export function runToSuccess({ command, folder, environment }: Program): string {
  const [program, ...arguments_] = command;
  const { error, status, stdout, stderr } = spawnSync(program, arguments_, {
    cwd: folder,
    env: { ...plainEnvironment(), CHECKPOINT_DISABLE: '1', ...environment },
    encoding: 'utf8',
    maxBuffer: 64 * 1_024 * 1_024,
  });
  if (error !== undefined) throw error;
  if (status === 0) return stdout;
  const end = `${stdout}${stderr}`.trim().split('\n').slice(-25).join('\n');
  throw new Error(`${command.join(' ')} ended with exit code ${status ?? 'unknown'}:\n${end}`);
}

/**
 * Installs packages into a folder of their own with npm, without running their scripts. Does
 * nothing when the same versions are already installed.
 *
 * @throws Error with what npm says when it cannot
 */
export function installPackages(folder: string, manifest: { readonly dependencies: object }): void {
  const file = path.join(folder, 'package.json');
  const text = JSON.stringify({ private: true, ...manifest }, null, 2);
  const finished = path.join(folder, 'node_modules', '.package-lock.json');
  if (existsSync(finished) && existsSync(file) && readFileSync(file, 'utf8') === text) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, text);
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  runToSuccess({ command: ['npm', 'install', ...quietly], folder });
}
