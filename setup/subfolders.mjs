import { readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Whatever is in a folder, links included; nothing if there is no such folder. Programs of several
 * versions are installed side by side in such folders.
 */
export function subfolders(folder) {
  try {
    return readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}
