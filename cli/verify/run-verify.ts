import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { printable } from '#analytics/printable';
import { InputError } from '#core/errors';
import { verifyLines } from './verify-lines';

/** The streams of `edgepass verify`. It does not end the outputs. */
export interface RunVerifyInput {
  readonly input: Readable;
  readonly output: Writable;
  readonly errorOutput: Writable;
}

/**
 * Splits the input at line feeds only, because JSON strings may contain all other line separators.
 */
async function* splitLines(input: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of input.setEncoding('utf8') as AsyncIterable<string>) {
    const text = rest + chunk;
    const end = text.lastIndexOf('\n');
    rest = text.slice(end + 1);
    if (end !== -1) yield* text.slice(0, end).split('\n');
  }
  if (rest !== '') yield rest;
}

/** Writes every line as fast as the output accepts it. Stops at the first error of the output. */
async function writeLines(lines: AsyncIterable<string>, output: Writable): Promise<void> {
  let failure: Error | undefined;
  const onError = (error: Error): void => {
    failure = error;
  };
  output.on('error', onError);
  try {
    for await (const line of lines) {
      if (failure !== undefined) throw failure;
      // If the output fails, this rejects with its error.
      if (!output.write(`${line}\n`)) await once(output, 'drain');
    }
  } finally {
    output.off('error', onError);
  }
}

/** Returns whether the reader has closed the pipe, as `head` does. That is not an error. */
function isClosedByReader(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/**
 * Reads one JSON object per line and writes one verdict per line. If a line is wrong, the verdicts
 * of the lines before it are still written.
 *
 * @returns the exit code: 0 when each line got a verdict, 2 for wrong input, which is described on
 * `errorOutput`
 */
export async function runVerify({ input, output, errorOutput }: RunVerifyInput): Promise<number> {
  try {
    await writeLines(verifyLines(splitLines(input)), output);
    return 0;
  } catch (error) {
    if (isClosedByReader(error)) return 0;
    if (!(error instanceof InputError)) throw error;
    errorOutput.write(`edgepass verify: ${printable(error.message)}\n`);
    return 2;
  }
}
