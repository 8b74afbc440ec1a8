/** Exit codes of every command. */
export const EXIT = {
  /** Success. For `verify`: every line got a verdict. */
  done: 0,
  /** The result is negative: a check failed or a grant was refused. */
  refused: 1,
  /** The input cannot be used. The message names the problem. */
  badInput: 2,
  /** A service that is needed does not answer. */
  unreachable: 3,
  /** Ended by Ctrl-C. By the convention of shells this is 128 plus the number of the signal. */
  interrupted: 130,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Receives the exit code of the selected command. */
export type Finish = (code: number | Promise<number>) => Promise<void>;
