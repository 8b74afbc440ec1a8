import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { projectRoot, readTools } from '#local/emulator/tools';
import { plainEnvironment } from './edgepass-command';

const ROOT = projectRoot();
const FOLDER = path.join(ROOT, '.edgepass', 'cdk-terrain');
/**
 * The fork, installed under the name of the package that it replaces, and the version of
 * `constructs` that it needs.
 */
const DEPENDENCIES = { cdktf: 'npm:cdktn@0.24.0', constructs: '10.7.2' } as const;
const BINDINGS = path.join('node_modules', '@cdktf', 'provider-aws');
const SOURCES = [
  'main.ts',
  'access-token',
  'analytics',
  'configuration',
  'core',
  'environments',
  'modules',
];

interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

function run(command: Command): void {
  const { error, status, stderr } = spawnSync(command.program, command.arguments, {
    cwd: command.folder,
    env: { ...plainEnvironment(), CHECKPOINT_DISABLE: '1', ...command.environment },
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(stderr.trim().split('\n').slice(0, 5).join('\n'));
}

function isInstalled(): boolean {
  const manifest = path.join(FOLDER, 'node_modules', 'cdktf', 'package.json');
  if (!existsSync(manifest) || !existsSync(path.join(FOLDER, BINDINGS))) return false;
  const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, string>;
  return `npm:${name ?? ''}@${version ?? ''}` === DEPENDENCIES.cdktf;
}

/** This manifest resolves the imports (`#core/…`) of the copied sources. */
function writeManifest(): void {
  const { imports } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    imports: unknown;
  };
  const manifest = { private: true, imports, dependencies: DEPENDENCIES };
  writeFileSync(path.join(FOLDER, 'package.json'), JSON.stringify(manifest));
}

/**
 * Installs the fork into its own folder. @throws Error with npm's message when it cannot be
 * installed
 */
export function installCdkTerrain(): void {
  if (isInstalled()) {
    writeManifest();
    return;
  }
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  writeManifest();
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  run({
    program: 'npm',
    arguments: ['install', ...quietly, '--fetch-retries=0', '--fetch-timeout=30000'],
    folder: FOLDER,
  });
  mkdirSync(path.dirname(path.join(FOLDER, BINDINGS)), { recursive: true });
  // The provider bindings are the same files, but from this folder their `require('cdktf')` finds
  // the fork.
  symlinkSync(path.join(ROOT, BINDINGS), path.join(FOLDER, BINDINGS));
}

/** A synthesised stack. */
export interface Synthesis {
  /** The Terraform JSON. */
  readonly json: Record<string, unknown>;
  /** Version of the library that made it, as the stack's JSON says. */
  readonly coreVersion: string;
}

/** The stacks of an environment by name. */
export type Syntheses = Readonly<Record<string, Synthesis>>;

function synthesise(folder: string, environmentName: string): Syntheses {
  // Both trees use the same path, because the path of the state in the JSON is relative.
  const outFolder = path.join(folder, '.edgepass', 'cdk-terrain', 'out', environmentName);
  rmSync(outFolder, { recursive: true, force: true });
  mkdirSync(outFolder, { recursive: true });
  const loader = path.join(ROOT, 'node_modules', 'tsx', 'dist', 'loader.mjs');
  run({
    program: readTools(ROOT).node,
    arguments: ['--preserve-symlinks', '--import', `file://${loader}`, 'main.ts'],
    folder,
    environment: { CDKTF_OUTDIR: outFolder, EDGEPASS_ENVIRONMENT: environmentName },
  });
  const stacks = path.join(outFolder, 'stacks');
  return Object.fromEntries(
    readdirSync(stacks).map((name) => [name, readSynthesis(path.join(stacks, name))]),
  );
}

function readSynthesis(folder: string): Synthesis {
  const file = path.join(folder, 'cdk.tf.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const { metadata } = json['//'] as { metadata: { version: string } };
  const { version: coreVersion, ...rest } = metadata;
  return { json: { ...json, '//': rest }, coreVersion };
}

/** Synthesises an environment with CDKTF and with the fork, from the same sources. */
export function synthesiseWithBoth(environmentName: string): {
  readonly cdktf: Syntheses;
  readonly cdkTerrain: Syntheses;
} {
  run({
    program: readTools(ROOT).node,
    arguments: [path.join(ROOT, 'lambdas', 'build-functions.mjs')],
    folder: ROOT,
  });
  for (const source of [...SOURCES, path.join('dist', 'functions')]) {
    rmSync(path.join(FOLDER, source), { recursive: true, force: true });
    cpSync(path.join(ROOT, source), path.join(FOLDER, source), { recursive: true });
  }
  return {
    cdktf: synthesise(ROOT, environmentName),
    cdkTerrain: synthesise(FOLDER, environmentName),
  };
}
