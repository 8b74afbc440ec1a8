import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { listFiles, ROOT } from './source-files';

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const linesOf = (file: string): readonly string[] => read(file).split('\n');
const WORKFLOWS = listFiles().filter((file) => /^\.github\/workflows\/.*\.yml$/.test(file));
const ACTIONS = listFiles().filter((file) => /^\.github\/.*\.yml$/.test(file));

/**
 * Returns the steps of a workflow whose code somebody else could change: they name no commit, or
 * have no version beside it for readers.
 */
function movableActions(lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => /^\s*(?:- )?uses:/.test(line))
    .filter(
      (line) => !/uses: (?:\.\/|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/.test(line),
    );
}

/** Returns images whose content can change, because they have no fixed version. */
function movableImages(lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => /^\s*image:/.test(line))
    .filter((line) => !/image: [\w./-]+:\d+\.\d+\.\d+$/.test(line));
}

describe('what runs on the public host', () => {
  it.each(ACTIONS)('%s pins every action by its commit', (file) => {
    expect(movableActions(linesOf(file))).toEqual([]);
  });

  it.each(WORKFLOWS)('%s gives no permission that a job does not ask for', (file) => {
    expect(read(file)).toMatch(/^permissions: \{\}$/m);
    const jobs = read(file).match(/^ {4}runs-on:/gm) ?? [];
    const asked = read(file).match(/^ {4}permissions: \{ .+ \}$/gm) ?? [];
    expect(asked).toHaveLength(jobs.length);
  });

  it('knows a movable action', () => {
    const lines = [
      '  - uses: a/b@v4',
      '    uses: a/b@main # v4.2.2',
      '  - uses: ./.github/actions/x',
    ];
    expect(movableActions(lines)).toEqual(lines.slice(0, 2));
  });
});

it('compose.yaml names exact versions', () => {
  expect(movableImages(linesOf('compose.yaml'))).toEqual([]);
  expect(movableImages(['  image: a/b:latest', '  image: a/b'])).toHaveLength(2);
});

it('.nvmrc is the pinned Node', () => {
  const pinned = JSON.parse(read('setup/node/package.json')) as {
    readonly optionalDependencies: Readonly<Record<string, string>>;
  };
  expect(new Set(Object.values(pinned.optionalDependencies))).toEqual(
    new Set([read('.nvmrc').trim()]),
  );
});

it('the pre-commit hook is a program that a shell can read', () => {
  const listed = execFileSync('git', ['ls-files', '--stage', '.githooks/pre-commit'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(listed).toMatch(/^100755 /);
  execFileSync('sh', ['-n', path.join(ROOT, '.githooks/pre-commit')]);
});
