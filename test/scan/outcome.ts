/** What came of one part of the scan. */
export interface Outcome {
  readonly result: 'passed' | 'failed' | 'not run';
  /** What was looked at, what is wrong, or why it was not run and how to get it. */
  readonly lines: readonly string[];
}

export const passed = (line: string): Outcome => ({ result: 'passed', lines: [line] });
export const failed = (lines: readonly string[]): Outcome => ({ result: 'failed', lines });
export const notRun = (reason: string): Outcome => ({ result: 'not run', lines: [reason] });
