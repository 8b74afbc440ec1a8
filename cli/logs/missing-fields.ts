import type { QueryDescription } from '#analytics/catalog';
import type { MissingField, QueryEngine } from '#analytics/engines/engine';
import { TIMESTAMP_FIELDS } from '#analytics/fields';
import { LogFileError } from '#analytics/records/log-file';
import { type CommandContext, writeLine } from '../context';
import { countOf } from '../count-of';

const SHOWN_FILES_MAX = 3;
/** What else a log may have instead of a field. */
const INSTEAD: Readonly<Record<string, string>> = {
  date: `as yyyy-MM-dd, or ${TIMESTAMP_FIELDS.milliseconds}, or ${TIMESTAMP_FIELDS.seconds}`,
  time: 'as HH:mm:ss',
  'sc-status': 'of three digits',
};

function describeField(field: string): string {
  const instead = INSTEAD[field];
  return instead === undefined ? field : `${field} (${instead})`;
}

function describeFiles(files: readonly string[]): string {
  const shown = files.slice(0, SHOWN_FILES_MAX).map((file) => JSON.stringify(file));
  const more = files.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A log without a date has no time either: the first missing field says enough. */
function firstOfTime(missing: readonly MissingField[]): readonly MissingField[] {
  const hasDate = missing.some(({ field }) => field === 'date');
  return hasDate ? missing.filter(({ field }) => field !== 'time') : missing;
}

/**
 * Checks that the logs have what a query needs, and prints a note for each field that only some
 * lines have. Without this, the answer would be empty or too small, and nobody would know why.
 *
 * @throws {LogFileError} naming the fields that no line has
 */
export async function requireFields(
  context: Pick<CommandContext, 'errorOutput'>,
  engine: QueryEngine,
  { name, requiredFields }: QueryDescription,
): Promise<void> {
  const missing = firstOfTime((await engine.findMissing?.(requiredFields)) ?? []);
  const everywhere = missing.filter(({ lines }) => lines === undefined);
  if (everywhere.length > 0) {
    const fields = everywhere.map(({ field }) => describeField(field)).join('; ');
    const files = describeFiles(everywhere[0]?.files ?? []);
    throw new LogFileError(`${name} needs fields that no line has: ${fields}. Files: ${files}`);
  }
  for (const { field, files, lines = 0 } of missing)
    writeLine(
      context.errorOutput,
      `note: ${countOf(lines, 'line')} without ${describeField(field)}, which ${name} needs: ${describeFiles(files)}`,
    );
}
