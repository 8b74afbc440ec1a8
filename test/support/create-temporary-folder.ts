import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Runs before all tests. All temporary files of the tests and of their processes are in one folder.
 */
export default function createTemporaryFolder(): void {
  process.env['TMPDIR'] = mkdtempSync(path.join(os.tmpdir(), 'edgepass-test-'));
}
