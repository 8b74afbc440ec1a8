import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Before all tests: what they and the processes that they start write for a while lies in one folder. */
export default function createTemporaryFolder(): void {
  process.env['TMPDIR'] = mkdtempSync(path.join(os.tmpdir(), 'edgepass-test-'));
}
