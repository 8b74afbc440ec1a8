import { ConfigurationError } from './configuration-error';

const BAD_INPUT = 2;

/** The part of Node's `process` that is needed to end a program. */
export interface ProgramEnd {
  exitCode?: string | number | null | undefined;
  readonly stderr: { write(text: string): unknown };
}

/**
 * Runs a program that needs a configuration. If the configuration cannot be used, prints its error
 * message without a stack trace and ends the program with exit code 2. A stack trace would point to
 * code that is correct. Other errors are thrown as usual.
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
