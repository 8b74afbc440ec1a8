// Runs the test layers one after the other and prints the result and the cost of each. `npm test --
// unit synth` runs some of them; `npm test -- quick` runs those that need no cloud and find most
// errors.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findLocalStack } from './localstack/find-localstack';
import { findChromium } from './support/chromium';
import { findTrino } from './trino/find-trino';

interface Layer {
  readonly projects: readonly string[];
  /** Whether the coverage of `core` is measured, which costs a tenth of the time. */
  readonly measuresCoverage?: boolean;
  readonly arguments?: readonly string[];
  /** Why the layer cannot run here, and how to install what it needs. */
  readonly missing?: () => string | undefined;
  /** Whether the layer runs only on request, because it has its own step in `.ci/run`. */
  readonly onlyWhenAsked?: boolean;
}

const ROOT = path.dirname(__dirname);

/** The package test installs the package with npm from a registry, as a user does. */
function missingRegistry(): string | undefined {
  const { status } = spawnSync('npm', ['ping', '--fetch-retries=1'], { stdio: 'ignore' });
  return status === 0 ? undefined : 'npm reaches no registry, so that nothing can be installed';
}

const LAYERS: Readonly<Record<string, Layer>> = {
  structure: { projects: ['structure'] },
  unit: {
    projects: ['unit', 'property', 'vectors'],
    measuresCoverage: true,
  },
  synth: { projects: ['synth'] },
  // Two suites run at the same time, each with its own cloud. More suites would not be faster on
  // two cores.
  integration: { projects: ['integration'], arguments: ['--maxWorkers=2'] },
  browser: {
    projects: ['browser'],
    arguments: ['--runInBand'],
    missing: () =>
      findChromium() === undefined
        ? 'Chromium is missing: install it (Debian: apt-get install chromium) or name it in EDGEPASS_CHROMIUM'
        : undefined,
  },
  trino: {
    projects: ['trino'],
    arguments: ['--runInBand'],
    missing: () => findTrino().missing,
  },
  package: {
    projects: ['package'],
    arguments: ['--runInBand'],
    onlyWhenAsked: true,
    missing: missingRegistry,
  },
  localstack: {
    projects: ['localstack'],
    // LocalStack's sockets may outlive its last answer.
    arguments: ['--runInBand', '--forceExit'],
    onlyWhenAsked: true,
    missing: () => {
      const found = findLocalStack();
      return 'missing' in found ? found.missing : undefined;
    },
  },
  frameworks: {
    projects: ['frameworks'],
    arguments: ['--runInBand'],
    onlyWhenAsked: true,
    missing: missingRegistry,
  },
  'cdktf-cli': {
    projects: ['cdktf-cli'],
    arguments: ['--runInBand'],
    onlyWhenAsked: true,
    missing: missingRegistry,
  },
  'key-changes': {
    projects: ['key-changes'],
    onlyWhenAsked: true,
  },
};

/** Names for groups of layers. No coverage is measured for a group. */
const GROUPS: Readonly<Record<string, readonly string[]>> = { quick: ['structure', 'unit'] };
const COVERAGE = ['--coverage', '--coverageReporters=text-summary'];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

interface JestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

function runLayer(name: string, layer: Layer, measuresCoverage: boolean): Counts {
  const resultFile = path.join(ROOT, '.edgepass', `test-${name}.json`);
  rmSync(resultFile, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
      '--selectProjects',
      ...layer.projects,
      '--json',
      `--outputFile=${resultFile}`,
      '--reporters=default',
      '--silent=false',
      ...(layer.arguments ?? []),
      ...(measuresCoverage && layer.measuresCoverage === true ? COVERAGE : []),
    ],
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (!existsSync(resultFile)) return { passed: 0, failed: 1, skipped: 0 };
  const result = JSON.parse(readFileSync(resultFile, 'utf8')) as JestResult;
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  // If a coverage threshold is not reached, the run fails although no test fails.
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: result.numPendingTests,
  };
}

function main(named: readonly string[]): void {
  const isGroup = named.some((name) => name in GROUPS);
  const chosen = named.flatMap((name) => GROUPS[name] ?? [name]);
  const unknown = chosen.filter((name) => !(name in LAYERS));
  if (unknown.length > 0) {
    const allowed = [...Object.keys(LAYERS), ...Object.keys(GROUPS)].join(', ');
    process.stderr.write(`unknown layer ${unknown.join(', ')}; allowed: ${allowed}\n`);
    process.exitCode = 2;
    return;
  }
  mkdirSync(path.join(ROOT, '.edgepass'), { recursive: true });
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const lines: string[] = [];
  for (const [name, layer] of Object.entries(LAYERS)) {
    if (chosen.length > 0 ? !chosen.includes(name) : layer.onlyWhenAsked) continue;
    const missing = layer.missing?.();
    if (missing !== undefined) {
      lines.push(`${name.padEnd(12)} not run: ${missing}`);
      continue;
    }
    process.stderr.write(`\n=== ${name} (${layer.projects.join(', ')})\n`);
    const started = performance.now();
    const counts = runLayer(name, layer, !isGroup);
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    lines.push(
      `${name.padEnd(12)} ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ${seconds} s`,
    );
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
  }
  writeFileSync(path.join(ROOT, '.edgepass', 'test-summary.json'), JSON.stringify(total));
  process.stdout.write(
    `\n${lines.join('\n')}\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`,
  );
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

main(process.argv.slice(2));
