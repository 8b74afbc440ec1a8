import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './process';

const POLL_MILLISECONDS = 100;

/** Writes this process into the file; false when another one stands there. */
function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether the process that stands in the file ended without taking it away; an empty file is being written. */
function isLeftBehind(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return pid > 0 && !isAlive(pid);
  } catch {
    return false;
  }
}

/** Runs something while no other process of this machine runs something under the same file. */
export async function oneAtATime<Result>(
  file: string,
  run: () => Promise<Result>,
): Promise<Result> {
  mkdirSync(path.dirname(file), { recursive: true });
  while (!take(file)) {
    if (isLeftBehind(file)) rmSync(file, { force: true });
    else await sleep(POLL_MILLISECONDS);
  }
  try {
    return await run();
  } finally {
    rmSync(file, { force: true });
  }
}
