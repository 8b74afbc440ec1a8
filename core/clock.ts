import type { EpochSeconds } from './policy/epoch-seconds';

export { addSeconds, type EpochSeconds, epochSeconds } from './policy/epoch-seconds';

/**
 * A source of the current time. Only the entry points of programs read the system clock; all other
 * code receives a Clock, so that tests can set the time.
 */
export interface Clock {
  now(): EpochSeconds;
}

/**
 * Formats a time as RFC 3339 text in UTC with whole seconds, for example `2026-01-01T17:53:20Z`.
 */
export function toRfc3339(time: EpochSeconds): string {
  return `${new Date(time * 1000).toISOString().slice(0, -'.000Z'.length)}Z`;
}
