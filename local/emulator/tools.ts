import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isCheckout, packageFolder } from '#configuration/package-folder';

/**
 * The tools that `setup/` found or installed. Every `npm start` and `npm test` writes this file
 * again.
 */
export interface Tools {
  readonly node: string;
  readonly terraform: string;
  readonly terraformConfiguration: string;
  /**
   * Python interpreter of the emulator's virtual environment. Null if AWS_ENDPOINT_URL names an
   * emulator.
   */
  readonly emulatorPython: string | null;
}

/** Returns the root folder of the checkout. @throws {Error} in an installed package */
export function projectRoot(): string {
  if (isCheckout()) return packageFolder();
  throw new Error('this needs a checkout of Edgepass; an installed package does not hold it');
}

/** Reads `.edgepass/tools.json`. */
export function readTools(root: string): Tools {
  const file = path.join(root, '.edgepass', 'tools.json');
  if (!existsSync(file)) {
    throw new Error(
      `${file} is missing: start through npm (\`npm start\`, \`npm test\`), which finds the tools`,
    );
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Tools;
}
