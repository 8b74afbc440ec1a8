/** Exit codes of every command. */
export const EXIT = {
  /** Done; for `verify`, every line got a verdict. */
  done: 0,
  /** The answer is no: a check failed, a grant was refused. */
  refused: 1,
  /** What was given cannot be used; the message names it. */
  badInput: 2,
  /** Something that is needed does not answer. */
  unreachable: 3,
  /** Ended by Ctrl-C, as shells say it: 128 and the number of the signal. */
  interrupted: 130,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Takes the exit code of the command that was chosen. */
export type Finish = (code: number | Promise<number>) => Promise<void>;
