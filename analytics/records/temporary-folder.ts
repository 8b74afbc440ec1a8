import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A folder that nobody else may read, for as long as something needs it. */
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
 * Makes a folder for log lines, which may hold cookies: what is still there when the process exits is removed
 * then. A signal that ends a process at once lets nothing be removed: whoever may get one turns it into an exit.
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
