import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A temporary folder that only its owner can read. */
export interface TemporaryFolder {
  readonly path: string;
  readonly remove: () => void;
}

const open = new Set<string>();

function removeFolder(folder: string): void {
  open.delete(folder);
  rmSync(folder, { recursive: true, force: true });
}

function removeAll(): void {
  open.forEach(removeFolder);
}

/**
 * Makes a temporary folder for log lines, which may contain cookies. It is removed when the process
 * exits. A signal that kills the process at once leaves the folder behind, so the caller must turn
 * signals into an exit.
 */
export function makeTemporaryFolder(namePrefix: string): TemporaryFolder {
  if (open.size === 0) process.off('exit', removeAll).once('exit', removeAll);
  const folder = mkdtempSync(path.join(os.tmpdir(), namePrefix));
  open.add(folder);
  return {
    path: folder,
    remove: () => {
      removeFolder(folder);
    },
  };
}
