import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Folder of this package: the checkout, or `node_modules/edgepass` of whoever installed it. Files that
 * are read at run time (SQL, built functions, the Terraform lock file) stand at the same place in both.
 */
export function packageFolder(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('no folder above this file holds package.json');
    folder = parent;
  }
  return folder;
}

/** Whether this runs from a checkout; an installed package has no `cdktf.json`, `setup/` or `main.ts`. */
export function isCheckout(): boolean {
  return existsSync(path.join(packageFolder(), 'cdktf.json'));
}

/** Folder of the built functions, one folder for each: `session/index.js`, `viewer-guard/viewer-guard.js`. */
export function builtFunctionsFolder(): string {
  return path.join(packageFolder(), 'dist', 'functions');
}

/** The Terraform lock file for the AWS provider that this package was tested with. */
export function providerLockFile(): string {
  return path.join(packageFolder(), 'environments', 'terraform.lock.hcl');
}
