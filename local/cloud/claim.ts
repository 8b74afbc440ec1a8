import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EMULATOR_PROGRAM, isHealthy } from '../emulator/emulator';
import { AlreadyRunningError } from './cloud-errors';
import { commandLineOf, isAlive } from './process';

const END_MILLISECONDS_MAX = 10_000;

/** Where a running local cloud is. */
export interface RunningCloud {
  /** The emulator's endpoint. */
  readonly endpoint: string;
  /** The environment file that was applied. */
  readonly environmentFile: string;
  /** Where statements for Athena go: the emulator's own answers none. */
  readonly athenaEndpoint: string;
}

interface Claim extends Partial<RunningCloud> {
  /** The process that runs the cloud. */
  readonly pid: number;
  /** Its command line, where it could be read. */
  readonly commandLine?: string;
  /** Set only when the emulator is ours to end. */
  readonly emulatorPid?: number;
}

function read(file: string): Claim | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const claim = JSON.parse(readFileSync(file, 'utf8')) as Partial<Claim> | null;
    return typeof claim?.pid === 'number' ? (claim as Claim) : undefined;
  } catch {
    // Cut short by a killed run: nobody holds it.
    return undefined;
  }
}

/** A process id may belong to somebody else by now: only a Python that runs the emulator is ours to end. */
function isOurEmulator(pid: number): boolean {
  return commandLineOf(pid)?.includes(path.basename(EMULATOR_PROGRAM)) ?? false;
}

/** True while the process that made the claim runs; another one may have its id by now. */
function isHeld({ pid, commandLine }: Claim): boolean {
  return isAlive(pid) && (commandLine === undefined || commandLineOf(pid) === commandLine);
}

async function endLeftover(claim: Claim): Promise<boolean> {
  const { emulatorPid, endpoint } = claim;
  if (emulatorPid === undefined || endpoint === undefined || !isAlive(emulatorPid)) return false;
  if (!isOurEmulator(emulatorPid) || !(await isHealthy(endpoint))) return false;
  // Gently: it writes its state before it ends.
  process.kill(-emulatorPid, 'SIGTERM');
  for (let waited = 0; waited < END_MILLISECONDS_MAX && isAlive(emulatorPid); waited += 100)
    await sleep(100);
  return true;
}

function fileOf(folder: string): string {
  return path.join(folder, 'running.json');
}

/** The local cloud that runs in a folder, and the process that runs it, if there is one. */
export function findRunningCloud(
  folder: string,
): (RunningCloud & { readonly pid: number }) | undefined {
  const claim = read(fileOf(folder));
  if (claim === undefined || !isHeld(claim)) return undefined;
  const { pid, endpoint, environmentFile, athenaEndpoint } = claim;
  if (endpoint === undefined || environmentFile === undefined || athenaEndpoint === undefined)
    return undefined;
  return { pid, endpoint, environmentFile, athenaEndpoint };
}

/** The claim of one process on one cloud folder, so that two never write to the same state. */
export class CloudClaim {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /**
   * Takes the folder, and ends an emulator that a killed run left behind.
   *
   * @throws AlreadyRunningError when a living process holds it.
   */
  static async take(folder: string): Promise<{ claim: CloudClaim; endedLeftover: boolean }> {
    const file = fileOf(folder);
    const held = read(file);
    if (held !== undefined && held.pid !== process.pid && isHeld(held))
      throw new AlreadyRunningError(held.pid);
    const endedLeftover = held !== undefined && (await endLeftover(held));
    mkdirSync(folder, { recursive: true });
    const claim = new CloudClaim(file);
    claim.#write({});
    return { claim, endedLeftover };
  }

  /** Says where the cloud is: to other commands, and to the next start in case that this process is killed. */
  announce(cloud: RunningCloud, emulatorPid: number | undefined): void {
    this.#write({ ...cloud, ...(emulatorPid !== undefined && { emulatorPid }) });
  }

  release(): void {
    rmSync(this.#file, { force: true });
  }

  #write(cloud: Omit<Claim, 'pid' | 'commandLine'>): void {
    const commandLine = commandLineOf(process.pid);
    const claim: Claim = {
      pid: process.pid,
      ...(commandLine !== undefined && { commandLine }),
      ...cloud,
    };
    writeFileSync(this.#file, JSON.stringify(claim));
  }
}
