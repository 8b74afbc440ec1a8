import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createDuckDbEngine } from '#analytics/engines/duckdb';
import type { QueryEngine } from '#analytics/engines/engine';
import { findLogFiles } from '#analytics/records/log-file';

const HEADER = '#Version: 1.0\n#Fields: date time x-edge-request-id sc-status c-ip cs(Cookie)\n';
const LINE = '2026-11-22\t08:00:00\tid-1\t403\t192.0.2.1\tPath=1\n';

describe('text that is read once', () => {
  let folder: string;
  let engine: QueryEngine;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-stored-'));
    writeFileSync(path.join(folder, 'E1.log'), HEADER + LINE);
    engine = await createDuckDbEngine({ files: findLogFiles(folder), readsTextOnce: true });
  });
  afterEach(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers a later statement that names other columns', async () => {
    const first = await engine.run('select sc_status from log_lines');
    const second = await engine.run('SELECT C_IP, DT FROM log_lines');

    expect(first.rows).toEqual([['403']]);
    expect(second.rows).toEqual([['192.0.2.1', '2026/11/22/08']]);
  });

  it('answers statements that come together', async () => {
    const answers = await Promise.all(
      ['x_edge_request_id', '"date"', 'cs_uri_stem'].map((column) =>
        engine.run(`select ${column} from log_lines`),
      ),
    );

    expect(answers.map(({ rows }) => rows)).toEqual([[['id-1']], [['2026-11-22']], [[null]]]);
  });

  it('is not read again for columns that are there', async () => {
    await engine.run('select c_ip, sc_status from log_lines');
    rmSync(path.join(folder, 'E1.log'));

    const again = await engine.run('select sc_status from log_lines where c_ip is not null');

    expect(again.rows).toEqual([['403']]);
  });
});
