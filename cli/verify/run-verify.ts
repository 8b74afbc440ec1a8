import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InputError } from '../../core/errors';
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
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

async function* withLineEnds(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

/** The reader of our output has what it wanted, as `head` does: not an error. */
function isClosedByReader(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/**
 * Reads one JSON object a line and writes one verdict a line, no faster than the output takes them.
 *
 * @returns the exit code: 0 when each line got a verdict, 2 for bad input, which `errorOutput` then names
 */
export async function runVerify({ input, output, errorOutput }: RunVerifyInput): Promise<number> {
  try {
    await pipeline(Readable.from(withLineEnds(verifyLines(splitLines(input)))), output, {
      end: false,
    });
    return 0;
  } catch (error) {
    if (isClosedByReader(error)) return 0;
    if (!(error instanceof InputError)) throw error;
    errorOutput.write(`edgepass verify: ${error.message}\n`);
    return 2;
  }
}
