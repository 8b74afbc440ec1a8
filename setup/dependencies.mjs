import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { say, SetupError } from './say.mjs';

/** Returns the packages in a lock file by folder, each with its locked version. */
function packagesOf(lockFile) {
  if (!existsSync(lockFile)) return {};
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages ?? {};
}

/**
 * Returns true if every locked package that is not optional is installed in the locked version.
 */
function isInstalled(root) {
  const installed = packagesOf(path.join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(packagesOf(path.join(root, 'package-lock.json'))).every(
    ([folder, locked]) =>
      folder === '' || locked.optional || installed[folder]?.version === locked.version,
  );
}

/** Installs the locked dependencies with `npm ci`, unless they are already installed. */
export function ensureDependencies(root) {
  if (isInstalled(root)) return;
  say('installing the locked dependencies (npm ci; about half a minute, 800 MB)');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, npm_config_ignore_scripts: 'true' },
  });
  if (result.status !== 0) {
    throw new SetupError(
      'npm ci failed: the packages of package-lock.json could not be installed (see above)',
    );
  }
}
