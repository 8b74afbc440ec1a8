import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LOG_FIELDS, V1_FIELDS } from '#analytics/fields';
import {
  hoursBeforeFor,
  hoursToExpect,
  noticesAbout,
  type WindowFacts,
} from '#analytics/notices/window-facts';
import { encodeTextLog, ParquetLogWriter } from '#analytics/records/encode-log-file';
import { runProgram } from '#cli/program';
import { makeContext } from '../command-fixture';

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-long-'));
const HOUR = ['--from', '2026-11-22T08:00:00Z', '--to', '2026-11-22T09:00:00Z'];

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A response that ended at 08:10 and took some hours. */
function lineOf(hours: number): Record<string, string> {
  return {
    date: '2026-11-22',
    time: '08:10:00',
    'x-edge-request-id': `took-${hours}-hours`,
    'cs-method': 'GET',
    'cs-uri-stem': '/t/acme/f/7/film.mp4',
    'cs-protocol': 'https',
    'x-host-header': 'media.example.com',
    'sc-status': '200',
    'time-taken': String(hours * 3_600),
  };
}

const NO_WRITE = 'v2 Parquet';

async function place(format: string, hours: number): Promise<string> {
  const into = path.join(folder, `${format} ${hours}`);
  const begun = new Date(Date.parse('2026-11-22T08:10:00Z') - hours * 3_600_000).toISOString();
  const hour = begun.slice(0, 13).replace('T', '-');
  const inFolders = path.join(into, ...hour.split('-'));
  mkdirSync(inFolders, { recursive: true });
  const lines = [lineOf(hours)];
  if (format === 'v1')
    writeFileSync(path.join(into, `E1.${hour}.a.gz`), encodeTextLog('v1', V1_FIELDS, lines));
  if (format === 'v2 text' || format === 'v2 JSON') {
    const form = format === 'v2 text' ? 'v2-text' : 'v2-json';
    writeFileSync(path.join(inFolders, 'a.gz'), encodeTextLog(form, LOG_FIELDS, lines));
  }
  if (format === NO_WRITE) {
    const writer = await ParquetLogWriter.create();
    await writer.write(path.join(inFolders, 'a.parquet'), LOG_FIELDS, lines);
    writer.close();
  }
  return into;
}

async function ask(source: string): Promise<{ requests: number; complaints: string }> {
  const made = makeContext();
  const words = [
    'logs',
    'query',
    'bytes-and-cost-by-tenant',
    '--source',
    source,
    ...HOUR,
    '--format',
    'json',
  ];
  const code = await runProgram(made.context, words);
  const rows = JSON.parse(made.printed()) as { requests: number }[];
  expect(code).toBe(0);
  return { requests: rows[0]?.requests ?? 0, complaints: made.complaints() };
}

describe.each(['v1', 'v2 text', 'v2 JSON', NO_WRITE])('L-06: long responses in %s', (format) => {
  it.each([2, 5, 23])('a line is found that began %i hours before its time', async (hours) => {
    const { requests, complaints } = await ask(await place(format, hours));
    expect(requests).toBe(1);
    expect(complaints).toContain(`files of ${hours} hours before the window are read`);
  });

  it('an ordinary response widens nothing', async () => {
    const { requests, complaints } = await ask(await place(format, 0));
    expect(requests).toBe(1);
    expect(complaints).not.toContain('before the window');
  });
});

describe('how many hours are read', () => {
  const FACTS: WindowFacts = {
    lines: 1,
    withoutId: 0,
    earliestPartition: undefined,
    longestSeconds: 0,
    linesRead: 1,
    timedLines: 1,
    linesWithStatus: 1,
    firstTime: undefined,
    lastTime: undefined,
  };

  it.each([
    [undefined, 1],
    ['2026/11/22/08', 1],
    ['2026/11/22/09', 1],
    ['2026/11/22/06', 2],
    ['2026/11/21/08', 24],
    ['2026/11/01/08', 24],
  ])('the first file is of %s: %i', (earliestPartition, hours) => {
    expect(hoursBeforeFor({ ...FACTS, earliestPartition }, '2026-11-22T08:30:00Z')).toBe(hours);
  });

  it.each([
    [0, 1],
    [3_600, 1],
    [3_601, 2],
    [86_400, 24],
    [1e9, 24],
  ])('a response took %i s: %i', (longestSeconds, hours) => {
    expect(hoursToExpect({ ...FACTS, longestSeconds })).toBe(hours);
  });

  it('a response of more than a day: lines may be missing, which is said', () => {
    const notices = noticesAbout({ ...FACTS, longestSeconds: 90_001 }, { needs: 'traffic' });
    expect(notices).toEqual([expect.stringMatching(/^a response took 25 hours: .* be missing$/)]);
    expect(noticesAbout({ ...FACTS, longestSeconds: 86_400 }, { needs: 'traffic' })).toEqual([]);
  });
});
