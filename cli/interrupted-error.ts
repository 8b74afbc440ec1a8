/** Somebody pressed Ctrl-C, and what ran elsewhere was cancelled. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}
