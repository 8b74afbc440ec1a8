import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createDuckDbEngine } from '#analytics/engines/duckdb';
import { LOG_FIELDS, V1_FIELDS } from '#analytics/fields';
import { noticesAbout, readWindowFacts } from '#analytics/notices/window-facts';
import { encodeTextLog } from '#analytics/records/encode-log-file';
import { findLogFiles } from '#analytics/records/log-file';
import {
  ask,
  BASE,
  cookiesWith,
  LOG_FORMS,
  type PlantedLine,
  policyOf,
  refusedWith,
  times,
} from './planted-lines';

const ID = 'x-edge-request-id';
const NO_ID: PlantedLine = { [ID]: '-' };
const GRANT = cookiesWith(
  policyOf({ resource: `${BASE}/t/acme/*` }),
  'signature-of-one-person-only',
);
const MISSING = { ...refusedWith('MissingKey'), ...NO_ID };
const FORMATS = LOG_FORMS.map((format) => [format] as const);

describe('L-06: a line without an id is a request of its own', () => {
  describe.each(FORMATS)('in %s', (format) => {
    // A v1 line has every field.
    const absent = format === 'v1' ? [] : [[ID]];

    it.each([[], ...absent])('five refusals are five (left out: %s)', async (...without) => {
      const lines = times(5, () => MISSING);
      const planted = { lines, format, without };
      expect(await ask('refusals', planted)).toHaveLength(5);
      expect(await ask('causes-by-tenant', planted)).toMatchObject([{ refusals: 5 }]);
      expect(await ask('refusals-over-time', planted)).toMatchObject([{ refusals: 5 }]);
      const offenders = { ...planted, values: { min_refusals: 1 } };
      expect(await ask('top-offenders', offenders)).toMatchObject([{ refusals: 5 }]);
    });

    it('copies of a line with an id are one', async () => {
      const copies = times(3, () => ({ ...MISSING, [ID]: 'one-request' }));
      const lines = [...copies, ...times(2, () => MISSING)];
      expect(await ask('causes-by-tenant', { lines, format })).toMatchObject([{ refusals: 3 }]);
    });

    it('is joined with no evidence, not even of another line without an id', async () => {
      const lines = [
        { ...refusedWith('AccessDenied'), ...NO_ID },
        { ...GRANT, ...NO_ID },
      ];
      expect(await ask('refusals', { lines, format })).toMatchObject([
        { cause: 'denied_unspecified' },
      ]);
    });
  });

  it('every opened file is shown', async () => {
    const note = { 'viewer-request-log-data': 'k=K1;s=/t/acme/*;n=;e=;f=abc' };
    const lines = times(2, () => ({ ...note, ...NO_ID }));
    expect(await ask('who-opened', { lines })).toHaveLength(2);
    expect(await ask('key-usage-before-retirement', { lines })).toMatchObject([{ accepted: 2 }]);
  });
});

describe('what is said beside an answer', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-facts-'));
  const DAY = { from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' };

  afterAll(() => {
    for (const made of [folder, `${folder}-v1`]) rmSync(made, { recursive: true, force: true });
  });

  it('counts the lines of the window that have no id', async () => {
    const line = { date: '2026-11-22', time: '08:00:00', 'sc-status': '200', 'time-taken': '2.5' };
    // An hour before the window is read too; its status is not understood.
    const before = { ...line, date: '2026-11-21', time: '23:30:00', 'sc-status': 'OK' };
    const lines = [line, { ...line, [ID]: 'a' }, { ...line, date: '2026-11-20' }, before];
    writeFileSync(path.join(folder, 'log.gz'), encodeTextLog('v2-json', LOG_FIELDS, lines));
    const engine = await createDuckDbEngine({ files: findLogFiles(folder) });
    const facts = await readWindowFacts(engine, DAY, 1);
    await engine.close();

    expect(facts).toEqual({
      lines: 2,
      withoutId: 1,
      earliestPartition: '2026/11/22/08',
      longestSeconds: 2.5,
      linesRead: 3,
      timedLines: 3,
      linesWithStatus: 2,
      firstTime: '2026-11-21 23:30:00',
      lastTime: '2026-11-22 08:00:00',
    });
    expect(noticesAbout(facts, { needs: 'evidence' })).toEqual([
      expect.stringMatching(/^1 of 2 lines have no request id: .* cannot be joined/),
    ]);
    expect(noticesAbout(facts, { needs: 'grants' })).toHaveLength(1);
    expect(noticesAbout(facts, { needs: 'traffic' })).toEqual([]);
    expect(noticesAbout({ ...facts, withoutId: 0 }, { needs: 'evidence' })).toEqual([]);
  });

  it('a v1 line without an id stays beside v2 lines without one', async () => {
    const line = { date: '2026-11-22', time: '08:00:00', 'sc-status': '200' };
    const beside = `${folder}-v1`;
    mkdirSync(beside);
    writeFileSync(path.join(beside, 'v1.gz'), encodeTextLog('v1', V1_FIELDS, [line]));
    writeFileSync(path.join(beside, 'v2.gz'), encodeTextLog('v2-text', LOG_FIELDS, [line]));
    const engine = await createDuckDbEngine({ files: findLogFiles(beside) });
    const { rows } = await engine.run('select count(*) from log_lines');
    await engine.close();

    expect(rows).toEqual([[2]]);
  });
});
