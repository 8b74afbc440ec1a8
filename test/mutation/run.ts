// Applies each mutant of core-mutants.ts to a copy of core, runs the tests that should notice it,
// and prints the mutants that no test noticed. Exits with 1 if fewer than 90 % are noticed (M-05).
// Run it with: node --import tsx test/mutation/run.ts [part of a file name]
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CORE_MUTANTS, type Mutant } from './core-mutants';

const PROJECT = join(__dirname, '..', '..');
const COPIED = [
  'core',
  'jest.config.js',
  'package.json',
  'test/support',
  'test/unit/core',
  'test/vectors',
];
const KILLED_SHARE_MIN = 0.9;
const WORKERS = 2;

/** Copies the files that the tests need, so that a mutant is never in the checkout. */
function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'edgepass-mutation-'));
  for (const path of COPIED) cpSync(join(PROJECT, path), join(folder, path), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function testsPass(folder: string, paths: readonly string[]): Promise<boolean> {
  const jest = join(PROJECT, 'node_modules', 'jest', 'bin', 'jest.js');
  const options = ['--runInBand', '--bail', '--silent', '--selectProjects', 'unit', 'vectors'];
  return new Promise((resolve) => {
    const command = [jest, ...options, '--testPathPatterns', ...paths];
    // A mutant can loop forever. The timeout counts as noticed.
    execFile(process.execPath, command, { cwd: folder, timeout: 60_000 }, (error) => {
      resolve(error === null);
    });
  });
}

/**
 * Runs the test file of the changed file first, because it notices most mutants, and then all tests
 * that use the file.
 */
async function survives(folder: string, { file, original, mutated }: Mutant): Promise<boolean> {
  const path = join(folder, 'core', `${file}.ts`);
  const source = readFileSync(path, 'utf8');
  if (source.split(original).length !== 2) {
    throw new Error(`${file}: ${JSON.stringify(original)} must occur exactly once`);
  }
  writeFileSync(
    path,
    source.replace(original, () => mutated),
  );
  try {
    const mirrored = await testsPass(folder, [`test/unit/core/${file}.test.ts`]);
    return mirrored && (await testsPass(folder, ['test/unit/core/', 'test/vectors/user-hash']));
  } finally {
    writeFileSync(path, source);
  }
}

async function work(queue: Mutant[], survivors: Mutant[]): Promise<void> {
  const folder = copyProject();
  try {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      if (!(await survives(folder, mutant))) continue;
      survivors.push(mutant);
      const { file, original, mutated } = mutant;
      console.log(`survived  ${file}: ${JSON.stringify(original)} → ${JSON.stringify(mutated)}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(part: string): Promise<void> {
  const mutants = CORE_MUTANTS.filter(({ file }) => file.includes(part));
  if (mutants.length === 0) {
    const files = [...new Set(CORE_MUTANTS.map(({ file }) => file))].join(', ');
    console.error(`no mutant of a file named ${part}; there are some of ${files}`);
    process.exitCode = 2;
    return;
  }
  const survivors: Mutant[] = [];
  const queue = [...mutants];
  await Promise.all(Array.from({ length: WORKERS }, () => work(queue, survivors)));
  const killed = mutants.length - survivors.length;
  console.log(
    `killed ${killed} of ${mutants.length} (${((100 * killed) / mutants.length).toFixed(1)} %)`,
  );
  process.exitCode = killed / mutants.length < KILLED_SHARE_MIN ? 1 : 0;
}

void main(process.argv[2] ?? '');
