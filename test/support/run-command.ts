import { Readable, Writable } from 'node:stream';
import { runProgram } from '#cli/program';
import { epochSeconds } from '#core/clock';
import { projectRoot } from '#local/emulator/tools';

class Text extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

/** What a command printed, and its exit code. */
export interface CommandAnswer {
  readonly code: number;
  readonly output: string;
  readonly errorOutput: string;
}

/** Runs `edgepass` in this process, as the command line would. */
export async function runCommand(...arguments_: readonly string[]): Promise<CommandAnswer> {
  const [output, errorOutput] = [new Text(), new Text()];
  const code = await runProgram(
    {
      root: projectRoot(),
      processEnvironment: process.env,
      clock: { now: () => epochSeconds(Math.floor(Date.now() / 1_000)) },
      nowMilliseconds: () => Date.now(),
      input: Readable.from([]),
      output,
      errorOutput,
    },
    arguments_,
  );
  return { code, output: output.text, errorOutput: errorOutput.text };
}
