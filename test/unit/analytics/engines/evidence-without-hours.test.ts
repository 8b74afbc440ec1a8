import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createDuckDbEngine } from '#analytics/engines/duckdb';
import { LOG_FIELDS } from '#analytics/fields';
import { encodeTextLog } from '#analytics/records/encode-log-file';
import { findLogFiles } from '#analytics/records/log-file';

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-evidence-'));
const FIELDS = LOG_FIELDS.filter(({ name }) => ['x-edge-request-id', 'cs(Cookie)'].includes(name));
const ASKED = { from: '2026/11/22/07', to: '2026/11/22/09' };

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it.each([false, true])(
  'evidence whose file says no hour is of the hours that are asked about (text read once: %s)',
  async (readsTextOnce) => {
    const line = { 'x-edge-request-id': 'a', 'cs(Cookie)': 'theme=dark' };
    writeFileSync(path.join(folder, 'evidence.json'), encodeTextLog('v2-json', FIELDS, [line]));
    const files = findLogFiles(folder);
    const engine = await createDuckDbEngine({ files, partitions: ASKED, readsTextOnce });
    const { rows } = await engine.run(
      `select x_edge_request_id, cs_cookie from evidence_lines where dt between '${ASKED.from}' and '${ASKED.to}'`,
    );
    await engine.close();

    expect(rows).toEqual([['a', 'theme=dark']]);
  },
);
