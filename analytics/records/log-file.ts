import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import type { IssuedGrantMember } from '#core/contract/issued-grant';

/** How a log file is written: three forms of CloudFront's standard logs, or our issuance records. */
export type LogFormat = 'parquet' | 'json' | 'text' | 'grants';

/** One file of standard logs or of issuance records. */
export interface LogFile {
  readonly path: string;
  readonly format: LogFormat;
  readonly isGzip: boolean;
  /** Field names of a text file, from its own `#Fields` line: sets differ from file to file. */
  readonly fields?: readonly string[];
  /** Lines before the first record of a text file. */
  readonly headerLines?: number;
  /** Hour of the requests, `yyyy/MM/dd/HH`, from the file's name; undefined when the name does not say. */
  readonly partition?: string;
}

/** Files that are no logs. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
}

const HEAD_BYTES = 64 * 1024;
/** The folder of the file itself: folders above it may be called anything. */
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
  // The head of a longer file ends in the middle of a block: what is there is decoded, the rest is not missed.
  try {
    const bytes = isGzip ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head;
    return bytes.toString('utf8');
  } catch {
    return '';
  }
}

/** The hour that the name of a v1 or v2 log object says, `yyyy/MM/dd/HH`; undefined when it says none. */
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

/** What a file is, by its content and not by its name; undefined for a file that is no log. */
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
 * Every log file below a folder, whatever its format; hidden files are passed over.
 *
 * @throws {LogFileError} naming the files that are no logs
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
