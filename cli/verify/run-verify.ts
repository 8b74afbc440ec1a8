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
 * Maximum length of a line. A request that CloudFront decides about has at most 40 KB, so this
 * leaves room for a thousand public keys.
 */
export const LINE_CHARACTERS_MAX = 1024 * 1024;

function tooLong(lineNumber: number): InputError {
  return new InputError({
    code: 'ERR_VERIFICATION_LINE',
    field: `line ${lineNumber}`,
    allowed: `at most ${LINE_CHARACTERS_MAX} characters`,
  });
}

/**
 * Splits the input at line feeds only, because JSON strings may contain all other line separators.
 * Every character is looked at once, and no more than one line is held.
 *
 * @throws {InputError} for a line that is too long, as soon as that is known
 */
async function* splitLines(input: Readable): AsyncGenerator<string> {
  let lineNumber = 1;
  let parts: string[] = [];
  let characters = 0;
  for await (const chunk of input.setEncoding('utf8') as AsyncIterable<string>) {
    for (const [at, text] of chunk.split('\n').entries()) {
      if (at > 0) {
        yield parts.join('');
        lineNumber += 1;
        parts = [];
        characters = 0;
      }
      characters += text.length;
      if (characters > LINE_CHARACTERS_MAX) throw tooLong(lineNumber);
      parts.push(text);
    }
  }
  if (characters > 0) yield parts.join('');
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
