/** A set-up step that cannot be done: one line that says what is missing and what to do. */
export class SetupError extends Error {}

/** One line of progress on standard error, so that a command's own output stays clean. */
export function say(text) {
  process.stderr.write(`edgepass setup: ${text}\n`);
}
