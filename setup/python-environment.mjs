import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { say, SetupError } from './say.mjs';
import { subfolders } from './subfolders.mjs';

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

/** Programs that may be this Python: named by hand, on PATH, from pyenv, uv and Homebrew. */
function pythonsOf(version) {
  const home = os.homedir();
  const managed = [
    path.join(process.env.PYENV_ROOT || path.join(home, '.pyenv'), 'versions'),
    path.join(home, '.local', 'share', 'uv', 'python'),
  ].flatMap(subfolders);
  const folders = [...managed, '/usr/local', '/opt/homebrew', '/usr'];
  return [
    process.env.EDGEPASS_PYTHON,
    `python${version}`,
    ...folders.map((folder) => path.join(folder, 'bin', `python${version}`)),
  ].filter(Boolean);
}

/** A Python of exactly this version ("3.13"). `purpose` says in the error what it is needed for. */
export function findPythonOf(version, purpose) {
  const program = `import sys; sys.exit("%d.%d" % sys.version_info[:2] != "${version}")`;
  const found = pythonsOf(version).find((name) => spawnSync(name, ['-c', program]).status === 0);
  if (found) return found;
  throw new SetupError(
    `Python ${version} is missing (${purpose} runs on no other): install it (\`pyenv install ${version}\`, ` +
      `\`uv python install ${version}\`, Debian 13: apt-get install python3-venv) or name it in EDGEPASS_PYTHON`,
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
 * @param name of the folder, and of `setup/<name>-requirements.txt`
 * @param what is installed, for messages
 * @param takes about how long
 * @returns the folder of its programs
 */
export function ensurePythonEnvironment(root, python, { name, what, takes = '10 seconds' }) {
  const requirements = path.join(root, 'setup', `${name}-requirements.txt`);
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = path.join(root, '.edgepass', `${name}-${digest}`);
  const programs = path.join(folder, 'bin');
  if (existsSync(path.join(programs, 'python'))) return programs;
  say(`installing ${what} (from PyPI; about ${takes})`);
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
