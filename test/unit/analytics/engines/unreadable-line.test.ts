import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createDuckDbEngine } from '#analytics/engines/duckdb';
import { findLogFiles } from '#analytics/records/log-file';

it.each([
  ['as it is', false],
  ['once and kept', true],
])(
  'L-05: an error names the line that cannot be read and repeats nothing of it: text read %s',
  async (_how, readsTextOnce) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-unreadable-'));
    const header = '#Version: 1.0\n#Fields: date time x-edge-request-id sc-status cs(Cookie)\n';
    const line = `2026-11-22\t08:00:00\tid\t403\tCloudFront-Signature=secret\tmore\tand more\n`;
    writeFileSync(path.join(folder, 'E1.log'), header + line);
    const engine = await createDuckDbEngine({ files: findLogFiles(folder), readsTextOnce });
    try {
      const failure = await engine.run('select cs_cookie from evidence_lines').then(
        () => 'none',
        (error: unknown) => String(error),
      );
      expect(failure).toMatch(/E1.log", line 3: 7 values/);
      expect(failure).not.toContain('secret');
    } finally {
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
