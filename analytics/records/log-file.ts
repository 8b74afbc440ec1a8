import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import type { IssuedGrantMember } from '#core/contract/issued-grant';

/** The format of a log file: three formats of CloudFront's standard logs, or issuance records. */
export type LogFormat = 'parquet' | 'json' | 'text' | 'grants';

/** One file of standard logs or of issuance records. */
export interface LogFile {
  readonly path: string;
  readonly format: LogFormat;
  readonly isGzip: boolean;
  /** Field names of a text file, from its `#Fields` line. They can differ from file to file. */
  readonly fields?: readonly string[];
  /** Number of lines before the first record of a text file. */
  readonly headerLines?: number;
  /**
   * Hour of the requests, `yyyy/MM/dd/HH`, from the file name; undefined when the name has none.
   */
  readonly partition?: string;
}

/** Some files are not logs. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
}

const HEAD_BYTES = 64 * 1024;
/** Only the name of the file and of its folder are looked at: other folders may have any name. */
const V2_PARTITION = /(?:^|[/=])(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})\/[^/]*$/;
const SHOWN_FILES_MAX = 10;
const V1_PARTITION = /\.(\d{4})-(\d{2})-(\d{2})-(\d{2})\.[^/]*$/;

function readHead(file: string): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    return head.subarray(0, readSync(descriptor, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(descriptor);
  }
}

function headText(head: Buffer, isGzip: boolean): string {
  // Only the beginning of the file is read, so it may end inside a gzip block. What is complete is
  // decoded.
  try {
    const bytes = isGzip ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head;
    return bytes.toString('utf8');
  } catch {
    return '';
  }
}

/** The hour in the name of a v1 or v2 log object, `yyyy/MM/dd/HH`; undefined when there is none. */
export function partitionOfName(name: string): string | undefined {
  const match = V2_PARTITION.exec(name) ?? V1_PARTITION.exec(name);
  return match === null ? undefined : match.slice(1, 5).join('/');
}

function describeText(text: string): Pick<LogFile, 'fields' | 'headerLines'> | undefined {
  const header = text
    .split('\n')
    .filter(
      (line, at, lines) =>
        line.startsWith('#') && lines.slice(0, at).every((before) => before.startsWith('#')),
    );
  const named = header.find((line) => line.startsWith('#Fields:'));
  if (named === undefined) return undefined;
  return { fields: named.slice('#Fields:'.length).trim().split(/\s+/), headerLines: header.length };
}

/** Members by which a line is known to be an issuance record. */
const REQUIRED_MEMBERS: readonly IssuedGrantMember[] = ['userHash', 'fingerprint'];

function isIssuanceRecord(text: string): boolean {
  try {
    const record: unknown = JSON.parse(text.split('\n', 1)[0] ?? '');
    return (
      typeof record === 'object' &&
      record !== null &&
      REQUIRED_MEMBERS.every((member) => member in record)
    );
  } catch {
    return false;
  }
}

/** Detects the format of a file from its content; undefined when it is not a log. */
function inspectLogFile(file: string): LogFile | undefined {
  const head = readHead(file);
  const partition = partitionOfName(file.replaceAll(path.sep, '/'));
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const common = { path: file, isGzip, ...(partition !== undefined && { partition }) };
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return { ...common, format: 'parquet' };
  const text = headText(head, isGzip);
  if (text.startsWith('{')) {
    return { ...common, format: isIssuanceRecord(text) ? 'grants' : 'json' };
  }
  const described = describeText(text);
  return described === undefined ? undefined : { ...common, format: 'text', ...described };
}

function refuse(files: readonly string[]): never {
  const shown = files.slice(0, SHOWN_FILES_MAX).map((file) => JSON.stringify(file));
  const more = files.length > shown.length ? ` and ${files.length - shown.length} more` : '';
  throw new LogFileError(
    `no logs (neither Parquet, nor JSON lines, nor text with a #Fields line): ${shown.join(', ')}${more}`,
  );
}

/**
 * Finds every log file below a folder, in any format. Hidden files are ignored.
 *
 * @throws {LogFileError} naming the files that are not logs
 */
export function findLogFiles(folder: string): readonly LogFile[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ file, log: inspectLogFile(file) }));
  const others = files.filter(({ log }) => log === undefined);
  if (others.length > 0) refuse(others.map(({ file }) => file));
  return files.flatMap(({ log }) => log ?? []);
}
