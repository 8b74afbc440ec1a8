import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { askQuery, type MeasuredQuery } from './logs/ask-query';
import type { ReadBytes } from './logs/read-bytes';
import { type MeasuredRival, runAwk, runGoaccess } from './logs/rivals';
import { ROOT, runProgram } from './program';
import type { Row } from './table';

const LINES_DEFAULT = 5_000_000;
/** Parameters with which the query returns every hour of every tenant, without a comparison. */
const EVERY_HOUR = { min_requests: 1, min_deviations: -1e9 };
const QUERIES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'failure-rate-by-tenant': EVERY_HOUR,
  'top-offenders': {},
  'cache-efficiency-by-tenant': {},
};
const PARQUET = 'parquet';
/**
 * The log formats that contain the same requests, by folder, and the text that other programs read.
 */
const FORMS: Readonly<Record<string, { readonly title: string; readonly text: string }>> = {
  v1: { title: 'v1 gz', text: 'v1' },
  'v1-cookies': { title: 'v1 gz with cookies', text: 'v1-cookies' },
  [PARQUET]: { title: 'v2 Parquet with cookies', text: 'v1-cookies' },
};

interface Rivals {
  readonly lines: number;
  readonly awk: MeasuredRival;
  readonly goaccess: MeasuredRival | undefined;
}

async function generatePart(folder: string, seed: number, requests: number): Promise<void> {
  const program = path.join(ROOT, 'bench', 'logs', 'generate-part.ts');
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', program, folder, String(seed), String(requests)],
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`part ${seed} of the logs was not generated`);
}

/**
 * Generates the logs in parallel, one process for each processor. Each process makes a part of the
 * requests.
 */
async function generate(folder: string, lines: number): Promise<void> {
  const parts = os.availableParallelism();
  const requestsOf = (part: number): number =>
    Math.floor(((part + 1) * lines) / parts) - Math.floor((part * lines) / parts);
  await Promise.all(
    Array.from({ length: parts }, (_part, at) => generatePart(folder, at + 1, requestsOf(at))),
  );
}

/**
 * Formats refusals by hour and tenant as text, so that the results of two programs can be compared.
 */
function refusalsByHour(rows: readonly (readonly unknown[])[]): string {
  return rows
    .map(([hour, tenant, requests, refused]) =>
      [String(hour).slice(0, 13), tenant, requests, refused].join(' '),
    )
    .sort()
    .join('\n');
}

function assertSameAnswer({ rows }: MeasuredQuery, { output }: MeasuredRival): void {
  const theirs = output.trim().split('\n').sort().join('\n');
  if (refusalsByHour(rows) !== theirs)
    throw new Error('failure-rate-by-tenant and awk do not count the same refusals');
}

function perSecond(lines: number, { seconds }: { readonly seconds: number }): string {
  return `${(lines / seconds / 1_000).toFixed(1)} k lines/s`;
}

function compareQuery(what: string, measured: MeasuredQuery, rivals: Rivals): Row {
  const { lines, awk, goaccess } = rivals;
  const times = (rival: MeasuredRival): string => (rival.seconds / measured.seconds).toFixed(1);
  return {
    what: `logs: ${what}`,
    ours: `${perSecond(lines, measured)}, ${measured.peakMegabytes.toFixed(0)} MB at most`,
    peer: [
      `zcat | awk: ${perSecond(lines, awk)}`,
      goaccess === undefined
        ? 'goaccess: not installed (apt-get install goaccess)'
        : `goaccess: ${perSecond(lines, goaccess)}`,
    ].join('; '),
    ratio: `${times(awk)}x awk${goaccess === undefined ? '' : `, ${times(goaccess)}x goaccess`}`,
  };
}

function askEverything(folder: string, lines: number): Row[] {
  const known = new Map<string, Rivals>();
  return Object.entries(FORMS).flatMap(([form, { title, text }]) => {
    const rivals = known.get(text) ?? runRivals(path.join(folder, text), lines);
    known.set(text, rivals);
    return Object.entries(QUERIES).map(([name, values]) => {
      const measured = askQuery(path.join(folder, form), name, values);
      if (values === EVERY_HOUR) assertSameAnswer(measured, rivals.awk);
      return compareQuery(`${name}, ${title}`, measured, rivals);
    });
  });
}

function runRivals(texts: string, lines: number): Rivals {
  return { lines, awk: runAwk(texts), goaccess: runGoaccess(texts) };
}

function megabytes(bytesPerLine: number): string {
  return `${bytesPerLine.toFixed(1)} MB per million lines`;
}

/**
 * Computes the bytes that Athena would scan and charge: the least and the most expensive query, for
 * traffic alone and with evidence.
 */
function compareBytes(folder: string): Row[] {
  const read = runProgram('bench/logs/bytes-program.ts', [folder]) as readonly ReadBytes[];
  const whole = (one: ReadBytes): number => one.trafficPerLine + one.evidencePerLine;
  const sorted = [...read].sort((a, b) => whole(a) - whole(b));
  const ofTraffic = sorted.filter(({ evidencePerLine }) => evidencePerLine === 0).at(-1);
  const ofEvidence = sorted.at(-1);
  if (ofTraffic === undefined || ofEvidence === undefined) throw new Error('there are no queries');
  return [
    {
      what: 'logs: bytes read, the most of any query',
      ours: `traffic alone (${ofTraffic.query}): ${megabytes(whole(ofTraffic))}`,
      peer: `with evidence (${ofEvidence.query}): ${megabytes(whole(ofEvidence))}`,
      ratio: `1 / ${(whole(ofEvidence) / whole(ofTraffic)).toFixed(1)}`,
    },
  ];
}

/**
 * Measures the queries of this project over each log format, and awk and goaccess over the gzip
 * files.
 */
export async function measureLogs(): Promise<Row[]> {
  const lines = Number(process.env['EDGEPASS_BENCH_LOG_LINES'] ?? LINES_DEFAULT);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-bench-logs-'));
  try {
    await generate(folder, lines);
    return [...askEverything(folder, lines), ...compareBytes(path.join(folder, PARQUET))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
