/** A package that a feature needs and that is not installed. The message names it and how to get it. */
export class MissingPackageError extends Error {
  override readonly name = 'MissingPackageError';
  readonly code = 'ERR_MISSING_PACKAGE';
  /** As `npm install` takes it. */
  readonly packageName: string;

  constructor(packageName: string, cause: unknown) {
    super(`the package ${packageName} is not installed: npm install ${packageName}`, { cause });
    this.packageName = packageName;
  }
}

/** How Node says it, for `require` and for `import`. A path instead of a package is a fault of ours. */
const NOT_FOUND = /^Cannot find (?:module|package) '((?:@[^/'.]+\/)?[^/'.][^/']*)(?:\/[^']*)?'/;

function packageIn(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  return NOT_FOUND.exec(error.message)?.[1];
}

/** The error of a failed import as a {@link MissingPackageError}, where a package is what is missing. */
export function explainMissingPackage(error: unknown): unknown {
  const packageName = packageIn(error);
  return packageName === undefined ? error : new MissingPackageError(packageName, error);
}
