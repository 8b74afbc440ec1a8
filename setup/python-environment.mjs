import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { say, SetupError } from './say.mjs';

const PYTHON_MINOR_MIN = 10;
const PYTHONS = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];

/**
 * Finds the first Python of version 3.10 or newer on PATH. `purpose` is used in the error message.
 */
export function findPython(purpose) {
  const suitable = PYTHONS.find(
    (name) =>
      spawnSync(name, ['-c', `import sys; sys.exit(sys.version_info < (3, ${PYTHON_MINOR_MIN}))`])
        .status === 0,
  );
  if (suitable) return suitable;
  throw new SetupError(
    `Python 3.${PYTHON_MINOR_MIN} or newer is missing: install python3 (${purpose} runs on it)`,
  );
}

function run(command, arguments_, doing) {
  const result = spawnSync(command, arguments_, { encoding: 'utf8' });
  if (result.status === 0) return;
  const detail = `${result.stdout ?? ''}${result.stderr ?? ''}`.trim().split('\n').at(-1);
  throw new SetupError(`${doing} failed: ${detail}`);
}

/**
 * Creates a virtual environment in `.edgepass`. It is created again when its pinned requirements
 * change.
 *
 * @param name name of the folder, and of `setup/<name>-requirements.txt`
 * @param what the installed program, for messages
 * @returns the folder with its programs
 */
export function ensurePythonEnvironment(root, python, { name, what }) {
  const requirements = path.join(root, 'setup', `${name}-requirements.txt`);
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = path.join(root, '.edgepass', `${name}-${digest}`);
  const programs = path.join(folder, 'bin');
  if (existsSync(path.join(programs, 'python'))) return programs;
  say(`installing ${what} (from PyPI; about 10 seconds)`);
  mkdirSync(path.dirname(folder), { recursive: true });
  const workFolder = mkdtempSync(`${folder}-`);
  run(python, ['-m', 'venv', workFolder], 'making a Python virtual environment (python3-venv)');
  run(
    path.join(workFolder, 'bin', 'python'),
    ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--requirement', requirements],
    `installing ${what} with pip`,
  );
  rmSync(folder, { recursive: true, force: true });
  // The folder gets its final name only after a complete installation. So an interrupted
  // installation is never taken for a complete one.
  renameSync(workFolder, folder);
  return programs;
}
