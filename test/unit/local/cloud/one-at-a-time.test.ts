import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { oneAtATime } from '#local/cloud/one-at-a-time';

/** A number above the largest process id of Linux, so no process has it. */
const NOBODY = 4_194_305;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'one-at-a-time-'));
  file = path.join(folder, 'deeper', 'lock');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('runs one after the other', async () => {
  const steps: string[] = [];
  const run = (name: string): Promise<void> =>
    oneAtATime(file, async () => {
      steps.push(`${name} begins`);
      await sleep(20);
      steps.push(`${name} ends`);
    });
  await Promise.all([run('a'), run('b')]);

  expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

it('lets the next one in after a failure', async () => {
  await expect(oneAtATime(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');

  expect(existsSync(file)).toBe(false);
});

it('does not wait for a process that was killed, and waits for one that lives', async () => {
  await oneAtATime(file, () => Promise.resolve());
  writeFileSync(file, String(NOBODY));
  await expect(oneAtATime(file, () => Promise.resolve('done'))).resolves.toBe('done');

  writeFileSync(file, String(process.ppid));
  let isDone = false;
  const waiting = oneAtATime(file, () => Promise.resolve()).then(() => (isDone = true));
  await sleep(250);
  expect(isDone).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe(String(process.ppid));
  rmSync(file);
  await waiting;
});
