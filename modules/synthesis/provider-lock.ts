import { copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import type { App } from 'cdktf';

/**
 * Puts the committed provider lock beside every stack: without it a machine with the internet may
 * run another build of the provider than the one that was tried.
 *
 * @throws {Error} when the lock file is missing
 */
export function copyProviderLock(app: App, lockFile: string): void {
  if (!existsSync(lockFile)) {
    throw new Error(
      `lockFile: expected the committed Terraform lock file, got ${lockFile}: no such file`,
    );
  }
  for (const { workingDirectory } of Object.values(app.manifest.stacks)) {
    copyFileSync(lockFile, path.join(app.outdir, workingDirectory, '.terraform.lock.hcl'));
  }
}
