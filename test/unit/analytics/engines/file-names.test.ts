import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createDuckDbEngine } from '#analytics/engines/duckdb';
import { LOG_FIELDS } from '#analytics/fields';
import { encodeTextLog, ParquetLogWriter } from '#analytics/records/encode-log-file';
import { findLogFiles } from '#analytics/records/log-file';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-names-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const FIELDS = LOG_FIELDS.filter(({ name }) => ['x-edge-request-id', 'sc-status'].includes(name));
const record = (id: string): Record<string, string> => ({
  'x-edge-request-id': id,
  'sc-status': '200',
});

async function ids(): Promise<unknown[]> {
  const engine = await createDuckDbEngine({ files: findLogFiles(folder) });
  const { rows } = await engine.run('select x_edge_request_id from log_lines order by 1');
  await engine.close();
  return rows.flat();
}

it.each(['*', '[ab]', 'a?', "it's", 'a b', '{a,b}', '[', ']', '\\'])(
  'reads a file whose name is %s, and each file once',
  async (name) => {
    const put = (base: string): void => {
      const bytes = encodeTextLog('v2-json', FIELDS, [record(base)]);
      writeFileSync(path.join(folder, `${base}.gz`), bytes);
    };
    [name, 'a', 'b', 'ab'].forEach(put);

    expect(await ids()).toEqual([name, 'a', 'b', 'ab'].sort());
  },
);

it('reads a Parquet file whose name is a pattern', async () => {
  const writer = await ParquetLogWriter.create();
  await writer.write(path.join(folder, 'other.parquet'), FIELDS, [record('one')]);
  writer.close();
  renameSync(path.join(folder, 'other.parquet'), path.join(folder, '[a]*.parquet'));

  expect(await ids()).toEqual(['one']);
});
