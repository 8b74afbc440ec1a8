import type { EpochSeconds } from './policy/epoch-seconds';

export { addSeconds, type EpochSeconds, epochSeconds } from './policy/epoch-seconds';

/** Where the current time comes from. Only program entries know the system's clock. */
export interface Clock {
  now(): EpochSeconds;
}

/** A time as RFC 3339 writes it, in UTC and whole seconds: `2026-01-01T17:53:20Z`. */
export function toRfc3339(time: EpochSeconds): string {
  return `${new Date(time * 1000).toISOString().slice(0, -'.000Z'.length)}Z`;
}
