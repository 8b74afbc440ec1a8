import { parseTime } from '#analytics/parameters';
import { partitionsBetween } from '#analytics/partition';
import { addSeconds, toRfc3339 } from '#core/clock';
import { InputError } from '#core/errors';
import type { CommandContext } from '../context';
import { DEFAULTS } from '../defaults';
import type { Partitions } from './log-sources';

const WINDOW_MILLISECONDS_DEFAULT = DEFAULTS.windowHours * 3_600_000;

/**
 * The time window in which requests were finished, as given on a command line in RFC 3339 format.
 */
export interface WindowOptions {
  readonly from?: string;
  readonly to?: string;
}

/** The time window of a query with its defaults. */
export interface QueryWindow {
  readonly from: string;
  readonly to: string;
}

function secondsOf(option: string, time: string): number {
  return Math.floor(parseTime(option, time) / 1_000);
}

/**
 * Returns the time window of a command line. By default it ends now and starts two days before its
 * end.
 *
 * @throws {InputError} for a value that is not an RFC 3339 time, and for a window shorter than one
 * second
 */
export function windowOf(context: CommandContext, options: WindowOptions): QueryWindow {
  // The end is exclusive, so one second is added to include requests of the current second.
  const to = options.to ?? toRfc3339(addSeconds(context.clock.now(), 1));
  const start = new Date(parseTime('--to', to) - WINDOW_MILLISECONDS_DEFAULT).toISOString();
  const from = options.from ?? start.replace(/\.\d+/, '');
  if (secondsOf('--from', from) < secondsOf('--to', to)) return { from, to };
  throw new InputError({
    code: 'ERR_WINDOW',
    field: '--from',
    received: from,
    allowed: `a time before --to, which is ${to}`,
  });
}

/**
 * Returns the hours that a time window touches.
 *
 * @param hoursBefore number of hours before the window that are read as well
 */
export function partitionsOf({ from, to }: QueryWindow, hoursBefore?: number): Partitions {
  return partitionsBetween(from, to, hoursBefore);
}
