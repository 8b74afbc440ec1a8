// Finds what runs LocalStack: what `npm run test:localstack` applies a part of the stacks to.
// As a program it prints `{ python }`, `{ engine, image }`, or `{ missing }`: one line that says
// what is missing.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnvironment, findPythonOf } from './python-environment.mjs';
import { SetupError } from './say.mjs';

const PYTHON = '3.13';
const LOCALSTACK = {
  name: 'localstack',
  what: 'LocalStack 4.14.0, its last free release',
  takes: 'a minute, 510 MB',
};
/** The image that a token of LocalStack's opens; the releases after 4.14.0 come only so. */
const IMAGE = 'localstack/localstack-pro:latest';
const ENGINES = ['docker', 'podman'];

const runs = (engine) => spawnSync(engine, ['info'], { stdio: 'ignore' }).status === 0;

function findEngine() {
  const engine = ENGINES.find(runs);
  if (engine !== undefined) return engine;
  throw new SetupError(
    `LOCALSTACK_AUTH_TOKEN is set but no container engine answers: start ${ENGINES.join(' or ')}, or unset it`,
  );
}

/**
 * With LOCALSTACK_AUTH_TOKEN: the container engine and the image to run. Without it: the Python of
 * a virtual environment that has LocalStack 4.14.0. Throws a SetupError that says what is missing.
 */
export function ensureLocalStack(root) {
  if (process.env.LOCALSTACK_AUTH_TOKEN) return { engine: findEngine(), image: IMAGE };
  const python = findPythonOf(PYTHON, 'LocalStack 4.14.0');
  return { python: path.join(ensurePythonEnvironment(root, python, LOCALSTACK), 'python') };
}

function main() {
  try {
    return ensureLocalStack(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { missing: error.message };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${JSON.stringify(main())}\n`);
}
