import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensurePythonEnvironment, findPython } from './python-environment.mjs';

const LINTER = { name: 'sql-linter', what: 'the SQL linter (sqlfluff)' };

/** Lints the SQL files in `analytics/`, or the given files. Returns the exit code of sqlfluff. */
export function lintSql(root, files) {
  const python = findPython('the SQL linter');
  const programs = ensurePythonEnvironment(root, python, LINTER);
  const named = files.length === 0 ? ['analytics'] : files;
  // It is started as a Python module, because the installed programs contain the path of the folder
  // in which they were installed first.
  const arguments_ = [
    '-m',
    'sqlfluff',
    'lint',
    '--config',
    '.sqlfluff',
    '--disable-progress-bar',
    ...named,
  ];
  return spawnSync(path.join(programs, 'python'), arguments_, { cwd: root, stdio: 'inherit' })
    .status;
}
