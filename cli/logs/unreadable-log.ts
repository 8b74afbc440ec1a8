import type { QueryEngine } from '#analytics/engines/engine';
import { type LogFile, LogFileError } from '#analytics/records/log-file';

/**
 * What a bad log makes DuckDB say, and our statements alone do not. The internal error is its CSV reader's, at
 * bytes that are not UTF-8, where a statement reads some of the columns only.
 */
const BAD_LOG =
  /\b(?:Invalid(?: Input)? Error: |IO Error: Failed to decode gzip|INTERNAL Error: Attempted to access index)/;
/** Reasons in DuckDB's words, as far as they repeat nothing of a line. */
const REASONS = [
  /Expected Number of Columns: \d+ Found: \d+/,
  /This file is not utf-8 encoded/,
  /(?<=Malformed JSON in file "[^"\n]*", at byte \d+ in line \d+: )[\w -]+/,
  /Expected OBJECT, but got [A-Z]+/,
  /\w+ decompression failure/,
  /Failed to decode gzip stream/,
];

function findFile(message: string, files: readonly LogFile[]): string | undefined {
  const named = files.map((file) => file.path).filter((path) => message.includes(path));
  // One path may be the beginning of another.
  return named.sort((one, other) => other.length - one.length)[0];
}

/** Of JSON that is malformed, DuckDB names the line behind it. */
function findLine(message: string): string {
  const [, line] = /\b(?:on|in) line:? (\d+)/i.exec(message) ?? [];
  if (line === undefined) return '';
  return `, line ${message.includes('Malformed JSON') ? Number(line) - 1 : line}`;
}

function describe(message: string, files: readonly LogFile[]): string {
  const file = findFile(message, files) ?? (files.length === 1 ? files[0]?.path : undefined);
  const named = file === undefined ? `one of ${files.length} files` : JSON.stringify(file);
  // A path may hold anything, a number of a line too.
  const said = file === undefined ? message : message.replaceAll(file, '');
  const reason = REASONS.map((pattern) => pattern.exec(said)?.[0]).find((text) => text);
  const known = reason === undefined ? '' : `: ${reason}`;
  return `a log that cannot be read: ${named}${findLine(said)}${known}`;
}

/** The same failure, or what is wrong with a log: without advice for DuckDB's users, and nothing of the log itself. */
function explainFailure(error: unknown, files: readonly LogFile[]): unknown {
  const message = error instanceof Error ? error.message : '';
  const isBadLog = BAD_LOG.test(message) || findFile(message, files) !== undefined;
  return isBadLog ? new LogFileError(describe(message, files)) : error;
}

/**
 * Opens an engine over files, which says of a log that it cannot read which one that is.
 *
 * @throws {LogFileError} naming the file, and the line where it is known; so does its `run`
 */
export async function openOver(
  files: readonly LogFile[],
  open: () => Promise<QueryEngine>,
): Promise<QueryEngine> {
  const named = <Answer>(work: Promise<Answer>): Promise<Answer> =>
    work.catch((error: unknown) => {
      throw explainFailure(error, files);
    });
  const engine = await named(open());
  return { ...engine, run: (sql) => named(engine.run(sql)) };
}
