import { spawn } from 'node:child_process';
import { mkdirSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOOPBACK_ADDRESS } from '#core/contract/loopback';

const READY_MILLISECONDS_MAX = 30_000;
const STOP_MILLISECONDS_MAX = 10_000;
const POLL_MILLISECONDS = 100;

/** The program that the emulator's Python interpreter runs. */
export const EMULATOR_PROGRAM = path.join(__dirname, 'serve-ministack.py');

/** A running emulator that this project started. */
export interface Emulator {
  readonly endpoint: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves with a description when the process has ended for any reason. */
  readonly exited: Promise<string>;
  /** Asks the emulator to write its state and end. Kills it if it does not end. */
  stop(): Promise<void>;
}

export interface EmulatorSettings {
  /** Python interpreter of the emulator's virtual environment. */
  readonly python: string;
  /** The pinned Node.js with which the emulator runs the deployed functions. */
  readonly node: string;
  readonly port: number;
  /** Folder for the emulator's log and its state, which is kept over a restart. */
  readonly folder: string;
  /** Whether the state is written at the end and read at the start. */
  readonly persist: boolean;
}

/** Returns true if an emulator answers at the endpoint. */
export async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/_localstack/health', endpoint), {
      signal: AbortSignal.timeout(2_000),
    });
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * The emulator does not delete the functions that it unpacks, so it gets its own temporary folder.
 */
const temporaryFolderOf = ({ folder }: EmulatorSettings): string => path.join(folder, 'tmp');

function environmentOf(settings: EmulatorSettings): NodeJS.ProcessEnv {
  const persist = settings.persist ? '1' : '0';
  return {
    // The caller's AWS settings are not passed on. They would redirect the emulator's own clients.
    PATH: [path.dirname(settings.node), process.env['PATH']].join(path.delimiter),
    HOME: process.env['HOME'],
    TMPDIR: temporaryFolderOf(settings),
    // Its second file would leave a folder of compiled code beside the sources.
    PYTHONDONTWRITEBYTECODE: '1',
    // It binds every interface unless told otherwise, and opens two more listeners.
    BIND_HOST: LOOPBACK_ADDRESS,
    MINISTACK_HOST: LOOPBACK_ADDRESS,
    GATEWAY_PORT: String(settings.port),
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    PERSIST_STATE: persist,
    S3_PERSIST: persist,
    STATE_DIR: path.join(settings.folder, 'state'),
    S3_DATA_DIR: path.join(settings.folder, 's3'),
    LOG_LEVEL: 'WARNING',
  };
}

/** Starts MiniStack on a loopback port and waits until it answers. */
export async function startEmulator(settings: EmulatorSettings): Promise<Emulator> {
  mkdirSync(path.join(settings.folder, 'state'), { recursive: true });
  rmSync(temporaryFolderOf(settings), { recursive: true, force: true });
  mkdirSync(temporaryFolderOf(settings));
  const logFile = path.join(settings.folder, 'emulator.log');
  const log = openSync(logFile, 'a');
  const child = spawn(settings.python, [EMULATOR_PROGRAM], {
    env: environmentOf(settings),
    // The emulator gets its own process group, so that Ctrl-C reaches only this process, which then
    // stops everything in order.
    detached: true,
    stdio: ['ignore', log, log],
  });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('exit', (code, signal) => {
      resolve(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`);
    });
  });
  const emulator: Emulator = {
    endpoint: `http://${LOOPBACK_ADDRESS}:${settings.port}`,
    pid: child.pid ?? 0,
    logFile,
    exited,
    stop: () => stopProcess(child.pid, exited),
  };
  await waitUntilHealthy(emulator);
  return emulator;
}

async function waitUntilHealthy(emulator: Emulator): Promise<void> {
  let ended: string | undefined;
  void emulator.exited.then((how) => {
    ended = how;
  });
  for (let waited = 0; waited < READY_MILLISECONDS_MAX; waited += POLL_MILLISECONDS) {
    if (ended !== undefined) break;
    if (await isHealthy(emulator.endpoint)) return;
    await sleep(POLL_MILLISECONDS);
  }
  await emulator.stop();
  throw new Error(
    `the emulator did not start at ${emulator.endpoint} (${ended ?? 'no answer in time'}): see ${emulator.logFile}`,
  );
}

async function stopProcess(pid: number | undefined, exited: Promise<string>): Promise<void> {
  if (pid === undefined || pid === 0) return;
  signalGroup(pid, 'SIGTERM');
  const timeout = sleep(STOP_MILLISECONDS_MAX, 'late', { ref: false });
  if ((await Promise.race([exited, timeout])) === 'late') signalGroup(pid, 'SIGKILL');
  await exited;
}

/** Signals the whole process group, because the emulator runs the functions in child processes. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The process has already ended.
  }
}
