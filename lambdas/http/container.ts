import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, epochSeconds, toRfc3339 } from '#core/clock';

/** Settings of every AWS client in a function: short, because a person waits for the answer. */
export const CLIENT = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000 },
} as const;

export const systemClock: Clock = { now: () => epochSeconds(Math.floor(Date.now() / 1000)) };

/**
 * Returns a name for the log stream of this container. No other container has the same name.
 */
export function nameLogStream(): string {
  return `${toRfc3339(systemClock.now()).slice(0, 'yyyy-mm-dd'.length)}/${randomUUID()}`;
}

/** Reads and parses the file `settings.json` in the folder of a function's code. */
export function readSettings(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8')) as unknown;
}
