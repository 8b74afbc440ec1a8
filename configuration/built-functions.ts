import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ConfigurationProblem } from './configuration-error';

/** CloudFront's limit for the code of a function, in bytes. */
const VIEWER_FUNCTION_BYTES_MAX = 10_240;

/** Where the built functions stand in their folder. */
const BUILT_FUNCTIONS = {
  session: 'session',
  files: 'files',
  viewerGuard: 'viewer-guard/viewer-guard.js',
} as const;

/** What is wrong with a built function; `undefined` when it can be deployed. */
export type BundleProblem = Omit<ConfigurationProblem, 'key'> | undefined;

/** A Lambda function: a folder with `index.js` in it. */
export function findLambdaProblem(folder: string): BundleProblem {
  if (existsSync(path.join(folder, 'index.js'))) return undefined;
  return { allowed: 'a folder with index.js', received: folder };
}

/** A CloudFront Function: one file of at most 10,240 bytes. */
export function findViewerFunctionProblem(file: string): BundleProblem {
  if (!existsSync(file)) return { allowed: 'a built function', received: `${file}: no such file` };
  const { size } = statSync(file);
  if (size <= VIEWER_FUNCTION_BYTES_MAX) return undefined;
  return { allowed: `at most ${VIEWER_FUNCTION_BYTES_MAX} bytes`, received: `${size} bytes` };
}

/**
 * What is wrong with the functions of a folder that `npm run build:functions` or the package
 * filled.
 */
export function findBuiltFunctionProblems(functionsFolder: string): ConfigurationProblem[] {
  const session = findLambdaProblem(path.join(functionsFolder, BUILT_FUNCTIONS.session));
  const files = findLambdaProblem(path.join(functionsFolder, BUILT_FUNCTIONS.files));
  const guard = findViewerFunctionProblem(path.join(functionsFolder, BUILT_FUNCTIONS.viewerGuard));
  return Object.entries({ session, files, 'viewer-guard': guard }).flatMap(([name, problem]) =>
    problem === undefined ? [] : [{ key: `(function ${name})`, ...problem }],
  );
}
