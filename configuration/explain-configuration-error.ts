import { ConfigurationError } from './configuration-error';

const BAD_INPUT = 2;

/** What is told of a program's end; Node's `process` is one. */
export interface ProgramEnd {
  exitCode?: string | number | null | undefined;
  readonly stderr: { write(text: string): unknown };
}

/**
 * Runs a program that depends on a configuration. One that cannot be used is explained in its own words and
 * ends the program with exit code 2; a stack would point at code that has no fault. Other errors pass.
 */
export function explainConfigurationErrors(run: () => void, program: ProgramEnd): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    program.stderr.write(`edgepass: ${error.message}\n`);
    program.exitCode = BAD_INPUT;
  }
}
