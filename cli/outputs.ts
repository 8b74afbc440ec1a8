import type { Writable } from 'node:stream';

/**
 * Prevents that an error of an output stream ends the program with a stack trace. If the reader
 * closes the pipe early, as `head` does, that is not an error and the work continues: a report is
 * still written and a local cloud is still stopped in order.
 *
 * @returns a function that returns why the answer could not be written, or undefined if it was
 * written or the reader closed the pipe
 */
export function watchOutputs(output: Writable, errorOutput: Writable): () => Error | undefined {
  let failure: Error | undefined;
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') failure ??= error;
  });
  // If standard error is broken, no message can be shown.
  errorOutput.on('error', () => undefined);
  return () => failure;
}
