import type { QueryDescription } from '#analytics/catalog';
import type { QueryEngine } from '#analytics/engines/engine';
import { countLinesRead } from '#analytics/line-count/lines-read';
import { LogFileError } from '#analytics/records/log-file';
import type { QueryValues } from '#analytics/render-query';
import { countOf } from '../count-of';
import type { QueryWindow } from './query-window';

/** The parameters that may have narrowed the answer. */
function limitsOf({ ownParameters }: QueryDescription, values: QueryValues): string {
  const own = ownParameters.map(
    ({ name, default: standard = '' }) => `${name}=${String(values[name] ?? standard)}`,
  );
  return own.length === 0 ? '' : ` with ${own.join(', ')}`;
}

/**
 * Says why an answer is empty, after counting the lines that were read.
 *
 * @returns a sentence, for an empty answer that is right
 * @throws {LogFileError} when there are lines and their time, or a status that the query needs, is
 * not understood
 */
export async function explainEmpty(
  engine: QueryEngine,
  query: QueryDescription,
  { values, window }: { readonly values: QueryValues; readonly window: QueryWindow },
): Promise<string> {
  const read = await countLinesRead(engine, { ...window });
  const { lines, timedLines, linesInWindow, linesWithStatus } = read;
  const limits = limitsOf(query, values);
  if (lines === 0) return `no rows${limits}: no log lines of this time; they come up to a day late`;
  if (timedLines === 0)
    throw new LogFileError(
      `the time of ${countOf(lines, 'line')} is not understood: date must be yyyy-MM-dd, and time HH:mm:ss`,
    );
  if (linesWithStatus === 0 && query.requiredFields.includes('sc-status'))
    throw new LogFileError(
      `the status of ${countOf(lines, 'line')} is not understood: sc-status must have three digits`,
    );
  const untimed =
    timedLines < lines ? `; the time of ${lines - timedLines} others is not understood` : '';
  if (linesInWindow === 0)
    return `no rows: the ${countOf(timedLines, 'line')} of these hours are from ${read.firstTime} to ${read.lastTime}, none in the window${untimed}`;
  return `no rows${limits}: ${countOf(linesInWindow, 'line')} of this time, and none is part of the answer${untimed}`;
}
