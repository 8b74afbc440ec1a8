import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalAddresses } from '#local/cloud/environment-file';
import { projectRoot, readTools } from '#local/emulator/tools';
import { edgepassProgram, plainEnvironment } from './edgepass-command';
import type { ReachableCloud } from './viewer';

/**
 * These limits end a process that hangs. They are so long that a busy machine does not reach them.
 */
const START_MILLISECONDS_MAX = 600_000;
const END_MILLISECONDS_MAX = 120_000;
const POLL_MILLISECONDS = 50;

export interface CloudProcessSettings {
  readonly name: string;
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether to start through `setup/run.mjs`, as `npm start` does. */
  readonly throughSetup?: boolean;
}

/** A process as `ps` shows it. */
interface ProcessLine {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly command: string;
}

function listProcesses(): readonly ProcessLine[] {
  const text = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,pgid=,stat=,args='], {
    encoding: 'utf8',
  });
  return text.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (found === null || (found[4] ?? '').startsWith('Z')) return [];
    const [pid = 0, parentPid = 0, groupId = 0] = found.slice(1, 4).map(Number);
    return [{ pid, parentPid, groupId, command: found[5] ?? '' }];
  });
}

/** A local cloud in its own process, started with the real command. */
export class CloudProcess {
  readonly #child: ChildProcess;
  readonly #settings: CloudProcessSettings;
  readonly #emulators = new Set<number>();
  #text = '';
  readonly exitCode: Promise<number>;

  constructor(settings: CloudProcessSettings) {
    this.#settings = settings;
    const root = projectRoot();
    const [program, ...first] = settings.throughSetup
      ? ([readTools(root).node, path.join(root, 'setup', 'run.mjs')] as const)
      : edgepassProgram();
    this.#child = spawn(
      program,
      [...first, 'up', '--name', settings.name, ...(settings.arguments ?? [])],
      {
        cwd: root,
        env: { ...plainEnvironment(), ...settings.environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        // The cloud gets its own process group, as in a terminal, so that Ctrl-C reaches all its
        // processes.
        detached: true,
      },
    );
    const take = (chunk: Buffer): void => {
      this.#text += chunk.toString('utf8');
    };
    this.#child.stdout?.on('data', take);
    this.#child.stderr?.on('data', take);
    this.exitCode = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        resolve(code ?? -1);
      });
    });
  }

  /** Everything that was printed so far. */
  get text(): string {
    return this.#text;
  }

  /** The process that runs the cloud, and its emulator if it started one. */
  get claim(): { readonly pid: number; readonly emulatorPid?: number } {
    const file = path.join(projectRoot(), '.edgepass', this.#settings.name, 'running.json');
    if (!existsSync(file)) return { pid: this.#child.pid ?? 0 };
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number; emulatorPid?: number };
  }

  /**
   * Waits for each text in turn until it is printed. @throws Error with the printed text after the
   * given time
   */
  async waitFor(text: string, turn = 1): Promise<void> {
    const count = (): number => this.#text.split(text).length - 1;
    for (let waited = 0; count() < turn; waited += POLL_MILLISECONDS) {
      if (waited > START_MILLISECONDS_MAX || !this.isRunning)
        throw new Error(
          `${text} was not printed; the end of what was:\n${this.#text.slice(-3_000)}`,
        );
      await sleep(POLL_MILLISECONDS);
    }
  }

  /** Waits for the banner and reads the addresses of the cloud from it. */
  async waitUntilUp(turn = 1): Promise<ReachableCloud> {
    await this.waitFor('Ctrl-C stops everything', turn);
    const address = (label: string): string =>
      new RegExp(`^  ${label} +(https?://\\S+)`, 'm').exec(this.#text)?.[1] ?? '';
    const galleryOrigin = address('Open');
    const addresses: LocalAddresses = {
      contentBaseUrl: address('Edge'),
      tokenIssuer: address('Login'),
      galleryOrigin,
      otherSiteOrigin: galleryOrigin.replace('localhost', '127.0.0.1'),
    };
    const authorityFile = /--cacert '([^']+)'/.exec(this.#text)?.[1];
    return { addresses, certificate: authorityFile === undefined ? undefined : { authorityFile } };
  }

  /**
   * Returns every running process of this cloud: the command, the emulator, and what they have
   * started.
   */
  processes(): readonly ProcessLine[] {
    const { emulatorPid } = this.claim;
    if (emulatorPid !== undefined) this.#emulators.add(emulatorPid);
    const groups = [this.#child.pid, ...this.#emulators];
    return listProcesses().filter(({ groupId }) => groups.includes(groupId));
  }

  /** Sends a signal to the whole process group of the command, as a terminal does. */
  signal(signal: NodeJS.Signals): void {
    process.kill(-(this.#child.pid ?? 0), signal);
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Kills all processes that are still running, at the end of a suite that failed. */
  destroy(): void {
    for (const { pid } of this.processes()) process.kill(pid, 'SIGKILL');
  }
}

/** Returns those of the given processes that are still running after a moment. */
export async function survivorsOf(
  processes: readonly ProcessLine[],
): Promise<readonly ProcessLine[]> {
  const ids = processes.map(({ pid }) => pid);
  let living = listProcesses().filter(({ pid }) => ids.includes(pid));
  for (let waited = 0; living.length > 0 && waited < END_MILLISECONDS_MAX; waited += 200) {
    await sleep(200);
    living = listProcesses().filter(({ pid }) => ids.includes(pid));
  }
  return living;
}
