import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LocalDeployment } from '#local/cloud/stack';

const STALE = 'Error: publishing CloudFront Function: InvalidIfMatchVersion: The If-Match version';

/**
 * A replacement for Terraform. It records its commands and fails as often and with the messages
 * that a file says.
 */
const FAKE_TERRAFORM = `#!/bin/sh
folder="\${1#-chdir=}"
home="$(dirname "$0")"
echo "$2 $(basename "$folder")" >> "$home/commands"
file="$home/fail-$2-$(basename "$folder")"
if [ -s "$file" ]; then
  head -n 1 "$file" >&2
  tail -n +2 "$file" > "$file.rest" && mv "$file.rest" "$file"
  exit 1
fi
echo "Plan: 2 to add, 0 to change, 0 to destroy."
echo "aws_x.y: Creation complete after 1s"
`;

let root: string;
let stack: LocalDeployment;
let progress: string[];

const folderOf = (part: string): string =>
  path.join(root, 'cloud', 'cdktf.out', 'stacks', `test-${part}`);
const commands = (): string[] =>
  readFileSync(path.join(root, 'commands'), 'utf8').trim().split('\n');
/** Makes the next runs of one command fail with these messages, one run for each. */
const failWith = (command: string, part: string, lines: readonly string[]): void => {
  writeFileSync(path.join(root, `fail-${command}-test-${part}`), `${lines.join('\n')}\n`);
};

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'edgepass-stack-'));
  const terraform = path.join(root, 'terraform');
  writeFileSync(terraform, FAKE_TERRAFORM);
  chmodSync(terraform, 0o755);
  for (const part of ['delivery', 'analytics']) {
    mkdirSync(folderOf(part), { recursive: true });
    writeFileSync(path.join(folderOf(part), 'cdk.tf.json'), `{"stack":"${part}"}`);
  }
  progress = [];
  stack = new LocalDeployment({
    root,
    tools: {
      node: process.execPath,
      terraform,
      terraformConfiguration: path.join(root, 'terraform.rc'),
      emulatorPython: null,
    },
    folder: path.join(root, 'cloud'),
    environmentName: 'test',
    environmentFile: path.join(root, 'test.json'),
    environment: { PATH: process.env['PATH'] ?? '' },
    onProgress: (text) => progress.push(text),
  });
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('apply', () => {
  it('applies what is read before what reads it', async () => {
    await stack.apply();
    expect(commands()).toEqual([
      'init test-delivery',
      'init test-analytics',
      'apply test-delivery',
      'apply test-analytics',
    ]);
    expect(progress).toEqual([
      'applying the delivery stack with Terraform: 1 of 2 resources',
      'applying the analytics stack with Terraform: 1 of 2 resources',
    ]);
  });

  it('initialises again only for other providers, another backend or another lock', async () => {
    const inits = (): number => commands().filter((line) => line.startsWith('init')).length;
    await stack.apply();
    writeFileSync(path.join(folderOf('delivery'), 'cdk.tf.json'), '{"stack":"another"}');
    await stack.apply();
    expect(inits()).toBe(2);
    writeFileSync(path.join(folderOf('analytics'), 'cdk.tf.json'), '{"terraform":{"backend":1}}');
    await stack.apply();
    expect(inits()).toBe(4);
    writeFileSync(path.join(folderOf('delivery'), '.terraform.lock.hcl'), 'other hashes');
    await stack.apply();
    expect(inits()).toBe(6);
  });

  it('initialises again after an init that failed', async () => {
    failWith('init', 'analytics', ['Error: no provider']);
    await expect(stack.apply()).rejects.toThrow('no provider');
    await stack.apply();
    expect(commands().slice(0, 5)).toEqual([
      'init test-delivery',
      'init test-analytics',
      'init test-delivery',
      'init test-analytics',
      'apply test-delivery',
    ]);
  });

  it('applies once more when the emulator forgot what it made of a function', async () => {
    failWith('apply', 'delivery', [STALE]);
    await stack.apply();
    expect(commands().slice(2)).toEqual([
      'apply test-delivery',
      'apply test-delivery',
      'apply test-analytics',
    ]);
  });

  it('once, not again and again', async () => {
    failWith('apply', 'delivery', [STALE, STALE]);
    await expect(stack.apply()).rejects.toThrow('InvalidIfMatchVersion');
    expect(commands().filter((command) => command.startsWith('apply'))).toHaveLength(2);
  });

  it('makes the analytics stack anew when the emulator cannot change a prepared statement', async () => {
    failWith('apply', 'analytics', [
      'Error: InvalidAction: Unknown action: UpdatePreparedStatement',
    ]);
    await stack.apply();
    expect(commands().slice(3)).toEqual([
      'apply test-analytics',
      'destroy test-analytics',
      'apply test-analytics',
    ]);
  });

  it('what exists already is a failure', async () => {
    failWith('apply', 'analytics', ['Error: Workgroup test-analysts already exists']);
    await expect(stack.apply()).rejects.toThrow('already exists');
    expect(commands().slice(3)).toEqual(['apply test-analytics']);
  });

  it('no other failure is tried again, and nothing is applied on top of it', async () => {
    failWith('apply', 'delivery', ['Error: AccessDenied']);
    await expect(stack.apply()).rejects.toThrow('AccessDenied');
    expect(commands().at(-1)).toBe('apply test-delivery');
    expect(commands().filter((command) => command.startsWith('apply'))).toHaveLength(1);
  });

  it('a failure of the analytics stack is a failure', async () => {
    failWith('apply', 'analytics', ['Error: no such parameter']);
    await expect(stack.apply()).rejects.toThrow('no such parameter');
    expect(commands()).not.toContain('destroy test-analytics');
  });
});

describe('destroy', () => {
  it('destroys what reads before what is read', async () => {
    await stack.destroy();
    expect(commands()).toEqual(['destroy test-analytics', 'destroy test-delivery']);
  });

  it('leaves what is read where what reads it could not be destroyed', async () => {
    failWith('destroy', 'analytics', ['Error: in use']);
    await expect(stack.destroy()).rejects.toThrow('in use');
    expect(commands()).toEqual(['destroy test-analytics']);
  });
});

describe('state', () => {
  it.each(['delivery', 'analytics'])('a changed %s stack has another digest', (part) => {
    const before = stack.digest();
    expect(stack.digest()).toBe(before);
    writeFileSync(path.join(folderOf(part), 'cdk.tf.json'), '{"stack":"another"}');
    expect(stack.digest()).not.toBe(before);
  });

  it('no two stacks share a state or what Terraform keeps beside it', () => {
    const { analytics } = stack;
    expect(analytics.stateFile).not.toBe(stack.stateFile);
    expect(analytics.folder).not.toBe(stack.folder);
    const dataFolders = [stack, analytics].map(
      (one) => one.runSettings().environment['TF_DATA_DIR'],
    );
    expect(new Set(dataFolders).size).toBe(2);
  });

  it('states of an emulator that is gone are put aside, all of them', () => {
    mkdirSync(path.dirname(stack.stateFile), { recursive: true });
    for (const { stateFile } of [stack, stack.analytics]) writeFileSync(stateFile, '{}');
    stack.forgetState();
    for (const { stateFile } of [stack, stack.analytics]) {
      expect(existsSync(stateFile)).toBe(false);
      expect(existsSync(`${stateFile}.stale`)).toBe(true);
    }
  });
});
