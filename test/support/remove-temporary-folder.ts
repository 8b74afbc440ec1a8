import { rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Runs after all tests. See `create-temporary-folder`. */
export default function removeTemporaryFolder(): void {
  const folder = os.tmpdir();
  // Only this folder is removed, also if a test has changed the variable.
  if (!path.basename(folder).startsWith('edgepass-test-')) return;
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
