import { partitionsBetween } from '../../analytics/partition';
import { addSeconds, toRfc3339 } from '../../core/clock';
import type { CommandContext } from '../context';
import type { Partitions } from './log-sources';

/** Logs arrive up to a day late, so that the last two days are looked at unless told otherwise (L-08). */
const WINDOW_SECONDS_DEFAULT = 48 * 3_600;

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

/** The window of a command line; what is not RFC 3339 is refused when the statement is rendered. */
export function windowOf(context: CommandContext, options: WindowOptions): QueryWindow {
  const now = context.clock.now();
  return {
    from: options.from ?? toRfc3339(addSeconds(now, -WINDOW_SECONDS_DEFAULT)),
    // A request of this very second is within.
    to: options.to ?? toRfc3339(addSeconds(now, 1)),
  };
}

/** The hours that a window touches. */
export function partitionsOf({ from, to }: QueryWindow): Partitions {
  return partitionsBetween(from, to);
}
