import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, constants } from 'node:zlib';

/** How a file of CloudFront's standard logs is written. */
export type LogFormat = 'parquet' | 'json' | 'text';

/** One file of standard logs. */
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

/** A file that is none of CloudFront's logs. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
}

const HEAD_BYTES = 64 * 1024;
const V2_PARTITION = /(?:^|[/=])(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})\//;
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
  const bytes = isGzip ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head;
  return bytes.toString('utf8');
}

function partitionOfName(name: string): string | undefined {
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

/**
 * What a file is, by its content and not by its name.
 *
 * @throws {LogFileError} naming the file, when it is none of CloudFront's formats
 */
export function inspectLogFile(file: string): LogFile {
  const head = readHead(file);
  const partition = partitionOfName(file.replaceAll(path.sep, '/'));
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const common = { path: file, isGzip, ...(partition !== undefined && { partition }) };
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return { ...common, format: 'parquet' };
  const text = headText(head, isGzip);
  if (text.startsWith('{')) return { ...common, format: 'json' };
  const described = describeText(text);
  if (described !== undefined) return { ...common, format: 'text', ...described };
  throw new LogFileError(`${file}: neither Parquet, nor JSON lines, nor text with a #Fields line`);
}

/** Every log file below a folder, whatever its format; hidden files are passed over. */
export function findLogFiles(folder: string): readonly LogFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map(inspectLogFile);
}
