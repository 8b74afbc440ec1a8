import type { Writable } from 'node:stream';

/**
 * Keeps an output that breaks from ending the program with a stack. A reader that has what it wanted, as `head`
 * does, is no failure, and the work goes on: a report is still written, a local cloud still stopped in order.
 *
 * @returns what says why the answer could not be written; undefined when it was, or its reader had left
 */
export function watchOutputs(output: Writable, errorOutput: Writable): () => Error | undefined {
  let failure: Error | undefined;
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') failure ??= error;
  });
  // Nobody is left to be told.
  errorOutput.on('error', () => undefined);
  return () => failure;
}
