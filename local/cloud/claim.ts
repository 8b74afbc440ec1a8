import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EMULATOR_PROGRAM, isHealthy } from '../emulator/emulator';
import { AlreadyRunningError } from './cloud-errors';
import { commandLineOf, isAlive } from './process';

const END_MILLISECONDS_MAX = 10_000;

/** Addresses of a running local cloud. */
export interface RunningCloud {
  /** The endpoint of the emulator. */
  readonly endpoint: string;
  /** The environment file that was applied. */
  readonly environmentFile: string;
  /** `AWS_ENDPOINT_URL_<SERVICE>` of every service that is not reached there; Athena's at least. */
  readonly serviceEndpoints: Readonly<Record<string, string>>;
}

interface Claim extends Partial<RunningCloud> {
  /** Id of the process that runs the cloud. */
  readonly pid: number;
  /** The command line of that process, if it could be read. */
  readonly commandLine?: string;
  /** Process id of the emulator. Present only if this project started it and may stop it. */
  readonly emulatorPid?: number;
}

function read(file: string): Claim | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const claim = JSON.parse(readFileSync(file, 'utf8')) as Partial<Claim> | null;
    return typeof claim?.pid === 'number' ? (claim as Claim) : undefined;
  } catch {
    // The file is incomplete because a run was killed, so no process holds the claim.
    return undefined;
  }
}

/**
 * Returns whether the process is the emulator. The process id may have been given to another
 * program since, so only a Python that runs the emulator may be stopped.
 */
function isOurEmulator(pid: number): boolean {
  return commandLineOf(pid)?.includes(path.basename(EMULATOR_PROGRAM)) ?? false;
}

/**
 * Returns true while the process that made the claim runs. Its id may have been given to another
 * process since, so the command line is compared too.
 */
function isHeld({ pid, commandLine }: Claim): boolean {
  return isAlive(pid) && (commandLine === undefined || commandLineOf(pid) === commandLine);
}

async function endLeftover(claim: Claim): Promise<boolean> {
  const { emulatorPid, endpoint } = claim;
  if (emulatorPid === undefined || endpoint === undefined || !isAlive(emulatorPid)) return false;
  if (!isOurEmulator(emulatorPid) || !(await isHealthy(endpoint))) return false;
  // SIGTERM lets the emulator write its state before it ends.
  process.kill(-emulatorPid, 'SIGTERM');
  for (let waited = 0; waited < END_MILLISECONDS_MAX && isAlive(emulatorPid); waited += 100)
    await sleep(100);
  return true;
}

function fileOf(folder: string): string {
  return path.join(folder, 'running.json');
}

/** Returns the local cloud that runs in a folder and the process that runs it, if there is one. */
export function findRunningCloud(
  folder: string,
): (RunningCloud & { readonly pid: number }) | undefined {
  const claim = read(fileOf(folder));
  if (claim === undefined || !isHeld(claim)) return undefined;
  const { pid, endpoint, environmentFile, serviceEndpoints } = claim;
  if (endpoint === undefined || environmentFile === undefined || serviceEndpoints === undefined)
    return undefined;
  return { pid, endpoint, environmentFile, serviceEndpoints };
}

/** A process claims the folder of a cloud, so that two processes never write to the same state. */
export class CloudClaim {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /**
   * Claims the folder and stops an emulator that a killed run left behind.
   *
   * @throws AlreadyRunningError when another running process has the claim
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

  /**
   * Writes the addresses of the cloud to the claim, for other commands, and for the next start if
   * this process is killed.
   */
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
