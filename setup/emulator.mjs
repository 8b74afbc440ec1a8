import path from 'node:path';
import { ensurePythonEnvironment } from './python-environment.mjs';

const EMULATOR = { name: 'emulator', what: 'the local AWS emulator (MiniStack)' };

/** The Python of the emulator's own virtual environment. */
export function ensureEmulator(root, python) {
  return path.join(ensurePythonEnvironment(root, python, EMULATOR), 'python');
}
