import { parseTime } from '#analytics/parameters';
import { partitionsBetween } from '#analytics/partition';
import { addSeconds, toRfc3339 } from '#core/clock';
import { InputError } from '#core/errors';
import type { CommandContext } from '../context';
import { DEFAULTS } from '../defaults';
import type { Partitions } from './log-sources';

const WINDOW_MILLISECONDS_DEFAULT = DEFAULTS.windowHours * 3_600_000;

/** The time between which requests were finished, as given on a command line: RFC 3339. */
export interface WindowOptions {
  readonly from?: string;
  readonly to?: string;
}

/** The time that is asked about, with the defaults filled in. */
export interface QueryWindow {
  readonly from: string;
  readonly to: string;
}

function secondsOf(option: string, time: string): number {
  return Math.floor(parseTime(option, time) / 1_000);
}

/**
 * The window of a command line: two days before its end, and the end is now, unless told otherwise.
 *
 * @throws {InputError} for what is no RFC 3339 time, and for a window without a second in it
 */
export function windowOf(context: CommandContext, options: WindowOptions): QueryWindow {
  // A request of this very second is within.
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

/** The hours that a window touches. */
export function partitionsOf({ from, to }: QueryWindow): Partitions {
  return partitionsBetween(from, to);
}
