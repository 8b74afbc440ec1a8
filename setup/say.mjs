/** A set-up step cannot be done. The message says in one line what is missing and what to do. */
export class SetupError extends Error {}

/**
 * Prints one line of progress to standard error, so that standard output has only the output of the
 * command.
 */
export function say(text) {
  process.stderr.write(`edgepass setup: ${text}\n`);
}
