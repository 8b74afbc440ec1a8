import type { QueryEngine } from '#analytics/engines/engine';
import { type LogFile, LogFileError } from '#analytics/records/log-file';

/**
 * Matches error messages of DuckDB that are caused by a bad log file and not by the statement. One
 * of them is an internal error of its CSV reader, which occurs for bytes that are not UTF-8 if a
 * statement reads only some of the columns.
 */
const BAD_LOG =
  /\b(?:Invalid(?: Input)? Error: |IO Error: Failed to decode gzip|INTERNAL Error: Attempted to access index)/;
/** The reasons in DuckDB's messages that contain nothing of the log lines. */
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
  // One path can be the beginning of another, so the longest path comes first.
  return named.sort((one, other) => other.length - one.length)[0];
}

/** For malformed JSON, DuckDB reports the number of the next line. */
function findLine(message: string): string {
  const [, line] = /\b(?:on|in) line:? (\d+)/i.exec(message) ?? [];
  if (line === undefined) return '';
  return `, line ${message.includes('Malformed JSON') ? Number(line) - 1 : line}`;
}

function describe(message: string, files: readonly LogFile[]): string {
  const file = findFile(message, files) ?? (files.length === 1 ? files[0]?.path : undefined);
  const named = file === undefined ? `one of ${files.length} files` : JSON.stringify(file);
  // A path can contain any text, also something that looks like a line number.
  const said = file === undefined ? message : message.replaceAll(file, '');
  const reason = REASONS.map((pattern) => pattern.exec(said)?.[0]).find((text) => text);
  const known = reason === undefined ? '' : `: ${reason}`;
  return `a log that cannot be read: ${named}${findLine(said)}${known}`;
}

/**
 * Converts an error of DuckDB into an error about a log file. The message has no advice for DuckDB
 * users and nothing from the log. Other errors are returned unchanged.
 */
function explainFailure(error: unknown, files: readonly LogFile[]): unknown {
  const message = error instanceof Error ? error.message : '';
  const isBadLog = BAD_LOG.test(message) || findFile(message, files) !== undefined;
  return isBadLog ? new LogFileError(describe(message, files)) : error;
}

/**
 * Opens an engine over files. If a log file cannot be read, the error names the file.
 *
 * @throws {LogFileError} with the file, and the line if it is known; the engine's `run` throws it
 * too
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
