/**
 * A feature needs a package that is not installed. The message names the package and the command
 * that installs it.
 */
export class MissingPackageError extends Error {
  override readonly name = 'MissingPackageError';
  readonly code = 'ERR_MISSING_PACKAGE';
  /** Name of the package, as `npm install` accepts it. */
  readonly packageName: string;

  constructor(packageName: string, cause: unknown) {
    super(`the package ${packageName} is not installed: npm install ${packageName}`, { cause });
    this.packageName = packageName;
  }
}

/**
 * Matches the message of Node.js for a package that `require` or `import` cannot find. It does not
 * match a path, because a missing file is an error in this project.
 */
const NOT_FOUND = /^Cannot find (?:module|package) '((?:@[^/'.]+\/)?[^/'.][^/']*)(?:\/[^']*)?'/;

function packageIn(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  return NOT_FOUND.exec(error.message)?.[1];
}

/**
 * Turns the error of a failed import into a {@link MissingPackageError} if a package is missing.
 * Returns every other error unchanged.
 */
export function explainMissingPackage(error: unknown): unknown {
  const packageName = packageIn(error);
  return packageName === undefined ? error : new MissingPackageError(packageName, error);
}
