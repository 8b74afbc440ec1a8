import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Returns the folder of this package: the checkout, or `node_modules/edgepass` where it is
 * installed. Files that are read at run time (SQL, built functions, the Terraform lock file) have
 * the same path below it in both cases.
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

/**
 * Returns whether the code runs from a checkout. An installed package has no `cdktf.json`, `setup/`
 * or `main.ts`.
 */
export function isCheckout(): boolean {
  return existsSync(path.join(packageFolder(), 'cdktf.json'));
}

/**
 * Returns the folder of the built functions. It has one folder for each function:
 * `session/index.js`, `viewer-guard/viewer-guard.js`.
 */
export function builtFunctionsFolder(): string {
  return path.join(packageFolder(), 'dist', 'functions');
}

/**
 * Returns the path of the Terraform lock file for the AWS provider version with which this package
 * was tested.
 */
export function providerLockFile(): string {
  return path.join(packageFolder(), 'environments', 'terraform.lock.hcl');
}
