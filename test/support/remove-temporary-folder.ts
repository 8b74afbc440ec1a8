import { rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** After all tests: see `create-temporary-folder`. */
export default function removeTemporaryFolder(): void {
  const folder = os.tmpdir();
  // Nothing else is removed, whoever changed the variable meanwhile.
  if (!path.basename(folder).startsWith('edgepass-test-')) return;
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
