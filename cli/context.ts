import type { Readable, Writable } from 'node:stream';
import type { Clock } from '#core/clock';

/** What a command may use of the process it runs in. */
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

/** How many characters a line of the terminal takes; undefined for what is no terminal. */
export function terminalWidth(stream: Writable): number | undefined {
  return (stream as { readonly columns?: number }).columns;
}

/** Writes one line to a stream. */
export function writeLine(stream: Writable, text = ''): void {
  stream.write(`${text}\n`);
}
