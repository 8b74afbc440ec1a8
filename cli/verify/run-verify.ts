import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { printable } from '#analytics/printable';
import { InputError } from '#core/errors';
import { verifyLines } from './verify-lines';

/** Where `edgepass verify` reads and writes. None of the outputs is ended. */
export interface RunVerifyInput {
  readonly input: Readable;
  readonly output: Writable;
  readonly errorOutput: Writable;
}

/** Lines end in a line feed, and nowhere else: JSON strings may hold every other separator. */
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

/** Writes every line, no faster than the output takes them; stops at the output's first error. */
async function writeLines(lines: AsyncIterable<string>, output: Writable): Promise<void> {
  let failure: Error | undefined;
  const onError = (error: Error): void => {
    failure = error;
  };
  output.on('error', onError);
  try {
    for await (const line of lines) {
      if (failure !== undefined) throw failure;
      // Rejects with the output's error when that comes instead.
      if (!output.write(`${line}\n`)) await once(output, 'drain');
    }
  } finally {
    output.off('error', onError);
  }
}

/** The reader of our output has what it wanted, as `head` does: not an error. */
function isClosedByReader(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/**
 * Reads one JSON object a line and writes one verdict a line. Verdicts of the lines before a bad one are
 * written.
 *
 * @returns the exit code: 0 when each line got a verdict, 2 for bad input, which `errorOutput` then names
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
