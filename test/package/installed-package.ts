import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageFolder } from '#configuration/package-folder';
import { plainEnvironment } from '../support/edgepass-command';

export const ROOT = packageFolder();

/** A finished program. */
export interface ProgramResult {
  readonly exitCode: number;
  readonly output: string;
  readonly errorOutput: string;
}

/** Runs a program in a folder, to its end, with Node 22 first on PATH. */
export function runIn(
  folder: string,
  [program, ...arguments_]: readonly [string, ...string[]],
  input = '',
): ProgramResult {
  const { PATH = '', ...environment } = plainEnvironment();
  const { status, stdout, stderr, error } = spawnSync(program, arguments_, {
    cwd: folder,
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1_024 * 1_024,
    env: {
      ...environment,
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${PATH}`,
      CHECKPOINT_DISABLE: '1',
    },
  });
  if (error !== undefined) throw error;
  return { exitCode: status ?? -1, output: stdout, errorOutput: stderr };
}

/** As `runIn`, for what must succeed. @returns what it printed */
export function requireIn(folder: string, command: readonly [string, ...string[]]): string {
  const { exitCode, output, errorOutput } = runIn(folder, command);
  if (exitCode === 0) return output;
  throw new Error(`${command.join(' ')} ended with ${exitCode}:\n${output}${errorOutput}`);
}

const NPM_QUIETLY = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'] as const;

/** Builds the package and packs it. @returns the tarball */
export function packTarball(): string {
  requireIn(ROOT, [process.execPath, path.join(ROOT, 'setup', 'build-package.mjs')]);
  const folder = makeFolder('packed');
  requireIn(ROOT, ['npm', 'pack', '--silent', '--pack-destination', folder]);
  const [file = 'nothing was packed'] = readdirSync(folder);
  return path.join(folder, file);
}

/** An empty folder outside of the checkout. */
function makeFolder(name: string): string {
  const parent = path.join(os.tmpdir(), 'edgepass-package');
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(path.join(parent, `${name}-`));
}

/** Installs the tarball, and nothing else, in an empty folder. */
export function installAlone(tarball: string): string {
  const folder = makeFolder('alone');
  writeFileSync(path.join(folder, 'package.json'), '{ "name": "alone", "private": true }\n');
  requireIn(folder, ['npm', 'install', ...NPM_QUIETLY, tarball]);
  return folder;
}

/**
 * Copies an example to an empty folder and installs it there, with the tarball for `edgepass` and
 * some packages more.
 */
export function installExample(name: string, tarball: string, more: readonly string[]): string {
  const folder = makeFolder(name);
  cpSync(path.join(ROOT, 'examples', name), folder, { recursive: true });
  requireIn(folder, ['npm', 'install', ...NPM_QUIETLY, '--prefer-offline', tarball, ...more]);
  return folder;
}
