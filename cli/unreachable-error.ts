/** The requested environment does not answer, or nothing was deployed. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** The environment answers, but its stacks were never applied. */
export class NothingDeployedError extends UnreachableError {}
