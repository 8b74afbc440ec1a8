import type { Readable, Writable } from 'node:stream';
import type { Clock } from '#core/clock';

/** The parts of the process that a command may use. */
export interface CommandContext {
  readonly root: string;
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Milliseconds since the Unix epoch. */
  readonly nowMilliseconds: () => number;
  readonly input: Readable;
  readonly output: Writable;
  readonly errorOutput: Writable;
}

/**
 * Returns the number of characters in a line of the terminal. Returns undefined if the stream is
 * not a terminal.
 */
export function terminalWidth(stream: Writable): number | undefined {
  return (stream as { readonly columns?: number }).columns;
}

/** Writes one line to a stream. */
export function writeLine(stream: Writable, text = ''): void {
  stream.write(`${text}\n`);
}
