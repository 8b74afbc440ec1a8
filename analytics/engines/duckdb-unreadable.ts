import { type LogFile, LogFileError } from '../records/log-file';

/**
 * Matches error messages of DuckDB that are caused by a bad log file and not by the statement. One
 * of them is an internal error of its CSV reader, which occurs for bytes that are not UTF-8 if a
 * statement reads only some of the columns.
 */
const BAD_LOG =
  /\b(?:Invalid(?: Input)? Error: |IO Error: Failed to decode gzip|INTERNAL Error: Attempted to access index)/;
/** The reasons in DuckDB's messages that contain nothing of the log lines. */
const REASONS = [/\w+ decompression failure/, /Failed to decode gzip stream/];

/** The file that an error of DuckDB names. */
export function findFailedFile(message: string, files: readonly LogFile[]): LogFile | undefined {
  const named = files.filter((file) => message.includes(file.path));
  // One path can be the beginning of another, so the longest path comes first.
  const [longest] = named.sort((one, other) => other.path.length - one.path.length);
  return longest ?? (files.length === 1 ? files[0] : undefined);
}

/** Whether an error of DuckDB is about the files and not about the statement. */
export function isUnreadableLog(error: unknown, files: readonly LogFile[]): error is Error {
  if (!(error instanceof Error) || files.length === 0) return false;
  return BAD_LOG.test(error.message) || files.some((file) => error.message.includes(file.path));
}

function reasonOf(message: string): string {
  return REASONS.map((pattern) => pattern.exec(message)?.[0]).find((text) => text) ?? '';
}

/**
 * Converts an error of DuckDB into an error that names the file. The message has no advice for
 * DuckDB users and nothing from the log.
 */
export function explainUnreadableLog(error: Error, files: readonly LogFile[]): LogFileError {
  const file = findFailedFile(error.message, files);
  const named =
    file === undefined ? `one of ${files.length} files` : JSON.stringify(file.name ?? file.path);
  const reason = reasonOf(error.message);
  return new LogFileError(
    `a log that cannot be read: ${named}${reason === '' ? '' : `: ${reason}`}`,
  );
}
