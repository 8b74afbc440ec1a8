import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '#configuration/package-folder';
import { LOG_HOURS_BEFORE } from '#core/contract/log-window';
import { parseQuery, type QueryDescription } from '../catalog';
import type { QueryEngine } from '../engines/engine';
import { rowObjects } from '../engines/row-objects';
import { HOURS_BEFORE_MAX, hoursBetween } from '../partition';
import { type QueryValues, renderQuery } from '../render-query';

/** What must be known about the lines of a window before a question is asked about them. */
export interface WindowFacts {
  /** Number of lines in the window. */
  readonly lines: number;
  /** Number of these lines that have no request id. */
  readonly withoutId: number;
  /** Hour of the first file that holds one of them, `yyyy/MM/dd/HH`; undefined without lines. */
  readonly earliestPartition: string | undefined;
  /** Seconds of the longest response in the hours that were read; 0 when there is none. */
  readonly longestSeconds: number;
  /** Number of lines in the hours that were read, whatever their times are. */
  readonly linesRead: number;
  /** Number of these lines whose time is understood. */
  readonly timedLines: number;
  /** Number of these lines whose status is understood. */
  readonly linesWithStatus: number;
  /** Times of the first and the last of these lines, UTC; undefined when no time is understood. */
  readonly firstTime: string | undefined;
  readonly lastTime: string | undefined;
}

const HOUR_SECONDS = 3_600;
const limitHours = (hours: number): number =>
  Math.min(Math.max(hours, LOG_HOURS_BEFORE), HOURS_BEFORE_MAX);
const QUERY_FILE = 'window-facts.sql';

/**
 * Reads the facts of a window.
 *
 * @param times `from` and `to`, RFC 3339
 * @param hoursBefore number of hours before `from` whose files are read
 */
export async function readWindowFacts(
  engine: QueryEngine,
  times: QueryValues,
  hoursBefore: number,
): Promise<WindowFacts> {
  const file = path.join(packageFolder(), 'analytics', 'notices', QUERY_FILE);
  const query = parseQuery(path.basename(QUERY_FILE, '.sql'), readFileSync(file, 'utf8'));
  const [row = {}] = rowObjects(await engine.run(renderQuery(query, times, { hoursBefore })));
  const numberIn = (column: string): number => Number(row[column] ?? 0);
  const textIn = (column: string): string | undefined => {
    const cell = row[column];
    return typeof cell === 'string' ? cell : undefined;
  };
  return {
    lines: numberIn('lines'),
    withoutId: numberIn('without_id'),
    earliestPartition: textIn('earliest_partition'),
    longestSeconds: numberIn('longest_seconds'),
    linesRead: numberIn('lines_read'),
    timedLines: numberIn('timed_lines'),
    linesWithStatus: numberIn('lines_with_status'),
    firstTime: textIn('first_time'),
    lastTime: textIn('last_time'),
  };
}

/**
 * Number of hours before a window whose files must be read, from 1 to 24: those that hold lines of
 * it, as far as they were looked at.
 *
 * @param from beginning of the window, RFC 3339
 */
export function hoursBeforeFor({ earliestPartition }: WindowFacts, from: string): number {
  if (earliestPartition === undefined) return LOG_HOURS_BEFORE;
  return limitHours(hoursBetween(earliestPartition, from));
}

/**
 * Number of hours before a window whose files can hold lines of it, from 1 to 24, when only the
 * nearest hours were looked at: as many as the longest response took.
 */
export function hoursToExpect({ longestSeconds }: WindowFacts): number {
  return limitHours(Math.ceil(longestSeconds / HOUR_SECONDS));
}

/** What a reader of the answer must know, one sentence each; empty when there is nothing to say. */
export function noticesAbout(
  { lines, withoutId, longestSeconds }: WindowFacts,
  { needs }: Pick<QueryDescription, 'needs'>,
): readonly string[] {
  const notices: string[] = [];
  if (needs !== 'traffic' && withoutId > 0)
    notices.push(
      `${withoutId} of ${lines} lines have no request id: each counts as a request of its own, and evidence (cookies, query strings) cannot be joined with it`,
    );
  if (longestSeconds > HOURS_BEFORE_MAX * HOUR_SECONDS)
    notices.push(
      `a response took ${Math.round(longestSeconds / HOUR_SECONDS)} hours: lines of responses that began more than ${HOURS_BEFORE_MAX} hours before the window may be missing`,
    );
  return notices;
}
