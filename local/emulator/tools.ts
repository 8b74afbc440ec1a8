import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What `setup/` found or installed; written anew by every `npm start` and `npm test`. */
export interface Tools {
  readonly node: string;
  readonly terraform: string;
  readonly terraformConfiguration: string;
  /** Interpreter of the emulator's virtual environment; null when AWS_ENDPOINT_URL names an emulator. */
  readonly emulatorPython: string | null;
}

/** Root folder of the checkout: the nearest folder above this file that holds cdktf.json. */
export function projectRoot(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'cdktf.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('no folder above this file holds cdktf.json');
    folder = parent;
  }
  return folder;
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
