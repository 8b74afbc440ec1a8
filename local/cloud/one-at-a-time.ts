import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './process';

const POLL_MILLISECONDS = 100;

/**
 * Writes the id of this process into the file. Returns false if the file already has the id of
 * another process.
 */
function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Returns whether the process in the file has ended without deleting the file. An empty file is
 * just being written, so it does not count.
 */
function isLeftBehind(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return pid > 0 && !isAlive(pid);
  } catch {
    return false;
  }
}

/** Runs a task while no other process of this machine runs a task with the same file. */
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
