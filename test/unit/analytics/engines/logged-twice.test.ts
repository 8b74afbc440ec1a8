import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createDuckDbEngine } from '#analytics/engines/duckdb';
import { LOG_FIELDS, TRAFFIC_FIELDS, V1_FIELDS } from '#analytics/fields';
import { encodeTextLog, type LogRecord } from '#analytics/records/encode-log-file';
import { findLogFiles } from '#analytics/records/log-file';

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-twice-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const request = (id: string): LogRecord => ({
  date: '2026-11-22',
  time: '08:00:00',
  'x-edge-request-id': id,
  'sc-status': '200',
  'cs(Cookie)': `cookie-of-${id}`,
});
const EVIDENCE = LOG_FIELDS.filter(({ name }) =>
  ['date', 'time', 'x-edge-request-id', 'cs(Cookie)', 'cs-uri-query'].includes(name),
);

async function ids(relation: string): Promise<unknown[]> {
  const engine = await createDuckDbEngine({ files: findLogFiles(folder) });
  const sql = `select x_edge_request_id from ${relation} order by 1`;
  const { rows } = await engine.run(sql);
  await engine.close();
  return rows.flat();
}

it('v1 beside v2 and evidence: every request stands once in either relation', async () => {
  const files = {
    'v2.gz': encodeTextLog('v2-json', TRAFFIC_FIELDS, ['a', 'b'].map(request)),
    'evidence.gz': encodeTextLog('v2-json', EVIDENCE, ['a', 'b'].map(request)),
    'v1.gz': encodeTextLog('v1', V1_FIELDS, ['b', 'c'].map(request)),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes);

  expect(await ids('log_lines')).toEqual(['a', 'b', 'c']);
  expect(await ids('evidence_lines')).toEqual(['a', 'b', 'c']);
});
