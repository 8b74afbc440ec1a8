/** The user pressed Ctrl-C, and the running statement was cancelled. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}
