/** An environment that was asked for and does not answer, or deployed nothing. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** An environment that answers, and was never applied. */
export class NothingDeployedError extends UnreachableError {}
