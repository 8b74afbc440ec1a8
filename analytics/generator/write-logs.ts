import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { IssuedGrantRecord } from '#core/contract/issued-grant';
import { LOG_FIELDS, V1_FIELDS } from '../fields';
import { groupByPartition } from '../partition';
import { encodeTextLog, ParquetLogWriter, type TextLogForm } from '../records/encode-log-file';
import type { GeneratedRequest } from './generate';

const DISTRIBUTION_ID = 'EDFDVBD6EXAMPLE';
/** Number of requests in a file: few enough to hold them in memory. */
const LINES_PER_FILE_MAX = 25_000;

interface GeneratedFile {
  /** `yyyy/MM/dd/HH` */
  readonly hour: string;
  readonly requests: readonly GeneratedRequest[];
}

function hourOf({ fields }: GeneratedRequest): string {
  return `${(fields['date'] ?? '').replaceAll('-', '/')}/${(fields['time'] ?? '').slice(0, 2)}`;
}

/** Groups requests into files of one hour each. As with CloudFront, an hour has several files. */
function* inFiles(requests: Iterable<GeneratedRequest>): Generator<GeneratedFile> {
  let hour = '';
  let waiting: GeneratedRequest[] = [];
  for (const request of requests) {
    const itsHour = hourOf(request);
    if (waiting.length > 0 && (itsHour !== hour || waiting.length === LINES_PER_FILE_MAX)) {
      yield { hour, requests: waiting };
      waiting = [];
    }
    hour = itsHour;
    waiting.push(request);
  }
  if (waiting.length > 0) yield { hour, requests: waiting };
}

/** The path of a file. Its folder is created. */
function placeFile(folder: string, isFlat: boolean, { hour, number, ending }: FileName): string {
  const name = `${DISTRIBUTION_ID}.${hour.replaceAll('/', '-')}.${String(number).padStart(8, '0')}.${ending}`;
  const file = isFlat
    ? path.join(folder, name)
    : path.join(folder, DISTRIBUTION_ID, ...hour.split('/'), name);
  mkdirSync(path.dirname(file), { recursive: true });
  return file;
}

interface FileName {
  readonly hour: string;
  readonly number: number;
  readonly ending: 'gz' | 'parquet';
}

/** Writes requests below a folder as CloudFront would: files of one hour each, named after it. */
export function writeLogs(
  folder: string,
  form: TextLogForm,
  requests: Iterable<GeneratedRequest>,
): void {
  let number = 0;
  for (const { hour, requests: inFile } of inFiles(requests)) {
    const file = placeFile(folder, form === 'v1', { hour, number, ending: 'gz' });
    const fields = form === 'v1' ? V1_FIELDS : LOG_FIELDS;
    const records = inFile.map(({ fields: values }) => values);
    writeFileSync(file, encodeTextLog(form, fields, records));
    number += 1;
  }
}

/** Writes requests as v2 Parquet, every field in one file: traffic and evidence together. */
export async function writeParquetLogs(
  folder: string,
  requests: Iterable<GeneratedRequest>,
): Promise<void> {
  const writer = await ParquetLogWriter.create();
  let number = 0;
  try {
    for (const { hour, requests: inFile } of inFiles(requests)) {
      const file = placeFile(folder, false, { hour, number, ending: 'parquet' });
      await writer.write(
        file,
        LOG_FIELDS,
        inFile.map(({ fields }) => fields),
      );
      number += 1;
    }
  } finally {
    writer.close();
  }
}

/** Writes issuance records as their delivery would: gzip of JSON lines, by the hour of issuance. */
export function writeIssuedGrants(folder: string, grants: readonly IssuedGrantRecord[]): void {
  for (const [hour, inHour] of groupByPartition(grants, ({ time }) => time)) {
    const file = path.join(folder, ...hour.split('/'), 'issued-grants.gz');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, gzipSync(inHour.map((grant) => `${JSON.stringify(grant)}\n`).join('')));
  }
}
