// Finds or installs a scanner of `npm run scan`. As a program it takes `checkov` or `tflint` and
// prints `{ python }`, `{ program }`, or `{ missing }`: one line that says what is missing and how
// to get it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnvironment, findPython } from './python-environment.mjs';
import { say, SetupError } from './say.mjs';

const CHECKOV = {
  name: 'policy-scanner',
  what: 'the policy scanner (checkov)',
  takes: 'half a minute, 350 MB',
};
const TFLINT_VERSION = '0.64.0';
const TFLINT_MODULE = `github.com/terraform-linters/tflint@v${TFLINT_VERSION}`;

function ensureCheckov(root) {
  const python = findPython('the policy scanner');
  return { python: path.join(ensurePythonEnvironment(root, python, CHECKOV), 'python') };
}

/** Go checks the module against its public checksum database. */
function ensureTflint(root) {
  const folder = path.join(root, '.edgepass', `tflint-${TFLINT_VERSION}`);
  const program = path.join(folder, 'tflint');
  if (existsSync(program)) return { program };
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) {
    throw new SetupError(
      `Go is missing: install it (Debian: apt-get install golang-go), which builds ${TFLINT_MODULE}`,
    );
  }
  say('building tflint (from the Go module proxy; about 3 minutes)');
  mkdirSync(path.dirname(folder), { recursive: true });
  const workFolder = mkdtempSync(`${folder}-`);
  const { status, stderr } = spawnSync('go', ['install', TFLINT_MODULE], {
    encoding: 'utf8',
    env: { ...process.env, GOBIN: workFolder },
  });
  if (status !== 0) {
    rmSync(workFolder, { recursive: true, force: true });
    throw new SetupError(`go install ${TFLINT_MODULE} failed: ${stderr.trim().split('\n').at(-1)}`);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(workFolder, folder);
  return { program };
}

function orMissing(ensure, root) {
  try {
    return ensure(root);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { missing: error.message };
  }
}

const ENSURES = { checkov: ensureCheckov, tflint: ensureTflint };

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  const ensure = ENSURES[process.argv[2]];
  process.stdout.write(`${JSON.stringify(orMissing(ensure, root))}\n`);
}
