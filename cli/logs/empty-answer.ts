import type { QueryDescription } from '#analytics/catalog';
import type { WindowFacts } from '#analytics/notices/window-facts';
import { LogFileError } from '#analytics/records/log-file';
import type { QueryValues } from '#analytics/render-query';
import { countOf } from '../count-of';

/** The parameters that may have narrowed the answer. */
function limitsOf({ ownParameters }: QueryDescription, values: QueryValues): string {
  const own = ownParameters.map(
    ({ name, default: standard = '' }) => `${name}=${String(values[name] ?? standard)}`,
  );
  return own.length === 0 ? '' : ` with ${own.join(', ')}`;
}

/**
 * Says why an answer is empty.
 *
 * @param facts what was read before the question was asked
 * @returns a sentence, for an empty answer that is right
 * @throws {LogFileError} when there are lines and their time, or a status that the query needs, is
 * not understood
 */
export function explainEmpty(
  facts: WindowFacts,
  query: QueryDescription,
  values: QueryValues = {},
): string {
  const { lines, linesRead, timedLines, linesWithStatus, firstTime, lastTime } = facts;
  const limits = limitsOf(query, values);
  if (linesRead === 0)
    return `no rows${limits}: no log lines of this time; they come up to a day late`;
  if (timedLines === 0)
    throw new LogFileError(
      `the time of ${countOf(linesRead, 'line')} is not understood: date must be yyyy-MM-dd, and time HH:mm:ss`,
    );
  if (linesWithStatus === 0 && query.requiredFields.includes('sc-status'))
    throw new LogFileError(
      `the status of ${countOf(linesRead, 'line')} is not understood: sc-status must have three digits`,
    );
  const untimed =
    timedLines < linesRead
      ? `; the time of ${linesRead - timedLines} others is not understood`
      : '';
  if (lines === 0)
    return `no rows: the ${countOf(timedLines, 'line')} of these hours are from ${firstTime} to ${lastTime}, none in the window${untimed}`;
  return `no rows${limits}: ${countOf(lines, 'line')} of this time, and none is part of the answer${untimed}`;
}
