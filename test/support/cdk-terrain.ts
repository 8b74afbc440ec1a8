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
/** The maintained fork under the name of what it replaces, and the constructs that it asks for. */
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

/** The imports (`#core/…`) of the copied sources are resolved by this manifest. */
function writeManifest(): void {
  const { imports } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    imports: unknown;
  };
  const manifest = { private: true, imports, dependencies: DEPENDENCIES };
  writeFileSync(path.join(FOLDER, 'package.json'), JSON.stringify(manifest));
}

/** Installs the fork into a folder of its own. @throws Error with what npm says when it cannot. */
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
  // The very same provider bindings: resolved from here, what they require as `cdktf` is the fork.
  symlinkSync(path.join(ROOT, BINDINGS), path.join(FOLDER, BINDINGS));
}

/** One synthesised stack. */
export interface Synthesis {
  /** What Terraform reads. */
  readonly json: Record<string, unknown>;
  /** Version of the library that made it, as the stack says itself. */
  readonly coreVersion: string;
}

/** The stacks of one environment, by name. */
export type Syntheses = Readonly<Record<string, Synthesis>>;

function synthesise(folder: string, environmentName: string): Syntheses {
  // At the same place in both trees: the path of the state is relative.
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

/** Synthesises one environment with CDKTF and with its fork, from the same source. */
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
