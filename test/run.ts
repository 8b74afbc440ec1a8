// Runs the test layers, stage after stage, and prints the result and the cost of each. `npm test --
// unit synth` runs some of them; `npm test -- quick` runs those that need no cloud and find most
// errors.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findLocalStack } from './localstack/find-localstack';
import { findChromium } from './support/chromium';
import { findTrino } from './trino/find-trino';

interface Layer {
  /** Jest's projects; a test belongs to the layer when its folder below `test` is one of them. */
  readonly projects: readonly string[];
  /** Layers of one stage run in one Jest process, so that both cores have work until its end. */
  readonly stage: string;
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

// A suite with a cloud of its own waits for Terraform and for processes. Three of them keep two
// cores busy; more would only need more memory.
const CLOUDS = { stage: 'clouds', arguments: ['--maxWorkers=3'] } as const;

const LAYERS: Readonly<Record<string, Layer>> = {
  structure: { projects: ['structure'], stage: 'code' },
  unit: { projects: ['unit', 'property', 'vectors'], stage: 'code', measuresCoverage: true },
  synth: { projects: ['synth'], stage: 'synth' },
  integration: { projects: ['integration'], ...CLOUDS },
  browser: {
    projects: ['browser'],
    ...CLOUDS,
    missing: () =>
      findChromium() === undefined
        ? 'Chromium is missing: install it (Debian: apt-get install chromium) or name it in EDGEPASS_CHROMIUM'
        : undefined,
  },
  trino: { projects: ['trino'], ...CLOUDS, missing: () => findTrino().missing },
  package: {
    projects: ['package'],
    stage: 'package',
    arguments: ['--runInBand'],
    onlyWhenAsked: true,
    missing: missingRegistry,
  },
  localstack: {
    projects: ['localstack'],
    stage: 'localstack',
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
    stage: 'frameworks',
    arguments: ['--runInBand'],
    onlyWhenAsked: true,
    missing: missingRegistry,
  },
  'cdktf-cli': {
    projects: ['cdktf-cli'],
    stage: 'cdktf-cli',
    arguments: ['--runInBand'],
    onlyWhenAsked: true,
    missing: missingRegistry,
  },
  'key-changes': { projects: ['key-changes'], stage: 'key-changes', onlyWhenAsked: true },
};

/** Names for groups of layers. No coverage is measured for a group. */
const GROUPS: Readonly<Record<string, readonly string[]>> = { quick: ['structure', 'unit'] };
const COVERAGE = ['--coverage', '--coverageReporters=text-summary'];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

interface LayerCounts extends Counts {
  /** Sum of what its suites took, in seconds. Suites that run side by side share the cores. */
  seconds: number;
}

interface JestResult {
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

const NOTHING: Counts = { passed: 0, failed: 0, skipped: 0 };

function count(suite: JestResult['testResults'][number]): Counts {
  const having = (...statuses: string[]): number =>
    suite.assertionResults.filter(({ status }) => statuses.includes(status)).length;
  const failed = having('failed');
  // A suite that could not start fails without a failed test.
  const isBroken = suite.status === 'failed' && failed === 0;
  return {
    passed: having('passed'),
    failed: isBroken ? 1 : failed,
    skipped: having('pending', 'skipped', 'todo', 'disabled'),
  };
}

function add(sum: Counts, { passed, failed, skipped }: Counts): void {
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
}

/** Adds up the suites of one layer. */
function countLayer(layer: Layer, { testResults }: JestResult): LayerCounts {
  const folders = layer.projects.map((project) => path.join(__dirname, project) + path.sep);
  const sum: LayerCounts = { ...NOTHING, seconds: 0 };
  for (const suite of testResults) {
    if (!folders.some((folder) => suite.name.startsWith(folder))) continue;
    add(sum, count(suite));
    sum.seconds += (suite.endTime - suite.startTime) / 1_000;
  }
  return sum;
}

/** Runs the layers of one stage. Returns what each gave, in their order. */
function runStage(
  stage: string,
  layers: readonly Layer[],
  measuresCoverage: boolean,
): readonly LayerCounts[] {
  const resultFile = path.join(ROOT, '.edgepass', `test-${stage}.json`);
  rmSync(resultFile, { force: true });
  const withCoverage = measuresCoverage && layers.some((layer) => layer.measuresCoverage === true);
  const { status } = spawnSync(
    process.execPath,
    [
      path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
      '--selectProjects',
      ...layers.flatMap(({ projects }) => projects),
      '--json',
      `--outputFile=${resultFile}`,
      '--reporters=default',
      '--silent=false',
      ...(layers[0]?.arguments ?? []),
      ...(withCoverage ? COVERAGE : []),
    ],
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (!existsSync(resultFile)) return layers.map(() => ({ ...NOTHING, failed: 1, seconds: 0 }));
  const result = JSON.parse(readFileSync(resultFile, 'utf8')) as JestResult;
  const counts = layers.map((layer) => countLayer(layer, result));
  const last = counts.at(-1);
  // If a coverage threshold is not reached, the run fails although no test fails.
  if (last !== undefined && status !== 0 && counts.every(({ failed }) => failed === 0))
    last.failed = 1;
  return counts;
}

/** The layers that run, by stage, and one line for each that cannot. */
function plan(chosen: readonly string[]): [Map<string, [string, Layer][]>, string[]] {
  const stages = new Map<string, [string, Layer][]>();
  const missing: string[] = [];
  for (const [name, layer] of Object.entries(LAYERS)) {
    if (chosen.length > 0 ? !chosen.includes(name) : layer.onlyWhenAsked) continue;
    const reason = layer.missing?.();
    if (reason !== undefined) missing.push(`${name.padEnd(12)} not run: ${reason}`);
    else stages.set(layer.stage, [...(stages.get(layer.stage) ?? []), [name, layer]]);
  }
  return [stages, missing];
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
  const total: Counts = { ...NOTHING };
  const [stages, lines] = plan(chosen);
  for (const [stage, layers] of stages) {
    const names = layers.map(([name]) => name).join(', ');
    process.stderr.write(`\n=== ${names}\n`);
    const started = performance.now();
    const results = runStage(
      stage,
      layers.map(([, layer]) => layer),
      !isGroup,
    );
    for (const [at, counts] of results.entries()) {
      const { passed, failed, skipped, seconds } = counts;
      const name = layers[at]?.[0] ?? '';
      lines.push(
        `${name.padEnd(12)} ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds.toFixed(0)} s of suites`,
      );
      add(total, counts);
    }
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    lines.push(`${''.padEnd(12)} ${names}: ${seconds} s`);
  }
  writeFileSync(path.join(ROOT, '.edgepass', 'test-summary.json'), JSON.stringify(total));
  process.stdout.write(
    `\n${lines.join('\n')}\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`,
  );
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

main(process.argv.slice(2));
