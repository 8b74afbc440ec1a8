import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import type { IssuedGrantMember } from '#core/contract/issued-grant';
import { partitionOfName } from '../partition';

/** The format of a log file: three formats of CloudFront's standard logs, or issuance records. */
export type LogFormat = 'parquet' | 'json' | 'text' | 'grants';

/** One file of standard logs or of issuance records. */
export interface LogFile {
  readonly path: string;
  /**
   * What messages call the file: the URL of a downloaded object, or the original of a copy.
   *
   * @default - its path
   */
  readonly name?: string;
  readonly format: LogFormat;
  readonly isGzip: boolean;
  /**
   * Field names of a text file, from its `#Fields` line; members of the first lines of a JSON file;
   * columns of a Parquet file, once an engine has opened it. They can differ from file to file.
   */
  readonly fields?: readonly string[];
  /** Number of lines before the first record of a text file. */
  readonly headerLines?: number;
  /**
   * The first record: the values of a text line, in the order of `fields`, or the members of a JSON
   * line. Undefined when the beginning of the file holds no whole record.
   */
  readonly firstRecord?: Readonly<Record<string, string>>;
  /**
   * Hour of the requests, `yyyy/MM/dd/HH`, from the file name; undefined when the name has none.
   */
  readonly partition?: string;
}

/** A file, or a line of it, that is not read, and why. */
export interface PassedOver {
  readonly name: string;
  /** @default - the whole file */
  readonly line?: number;
  readonly reason: string;
}

export interface FindLogFilesOptions {
  /** What messages call a file. @default - its path */
  readonly nameOf?: (file: string) => string;
  /** Called for each file that holds no log. @default - they are passed over silently */
  readonly onPassedOver?: (passedOver: PassedOver) => void;
  /**
   * Whether logs that cannot be read are passed over like other files, instead of an error.
   *
   * @default false
   */
  readonly skipsUnreadable?: boolean;
}

/** Some files are not logs. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
}

const HEAD_BYTES = 64 * 1024;
const SHOWN_FILES_MAX = 10;

function readHead(file: string): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    return head.subarray(0, readSync(descriptor, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The text at the beginning of a file; undefined when it is not gzip although it begins so. Only
 * the beginning is read, so it may end inside a gzip block. What is complete is decoded.
 */
function headText(head: Buffer, isGzip: boolean): string | undefined {
  try {
    let bytes = isGzip ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head;
    // Nothing came out: either nothing was compressed, or the file was cut in its first bytes.
    if (isGzip && bytes.length === 0) bytes = gunzipSync(head);
    return bytes.toString('utf8').replace(/^\uFEFF/, '');
  } catch {
    return undefined;
  }
}

/** A part of a log file: the header lines in front of it, and its first record. */
type TextDescription = Required<Pick<LogFile, 'fields' | 'headerLines'>> &
  Pick<LogFile, 'firstRecord'>;

/** The names in a `#Fields` line; undefined when the line is another. */
export function fieldsOfHeader(line: string): readonly string[] | undefined {
  return line.startsWith('#Fields:')
    ? line.slice('#Fields:'.length).trim().split(/\s+/)
    : undefined;
}

function describeText(text: string): TextDescription | undefined {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => !line.startsWith('#'));
  const header = first < 0 ? lines : lines.slice(0, first);
  const fields = header.map(fieldsOfHeader).find((names) => names !== undefined);
  if (fields === undefined) return undefined;
  const described = { fields, headerLines: header.length };
  const values = lines[first]?.split('\t') ?? [];
  if (values.length !== fields.length) return described;
  const firstRecord = Object.fromEntries(fields.map((name, at) => [name, values[at] ?? '']));
  return { ...described, firstRecord };
}

/** Members by which a line is known to be an issuance record. */
const REQUIRED_MEMBERS: readonly IssuedGrantMember[] = ['userHash', 'fingerprint'];

type Members = Readonly<Record<string, string>>;

function membersOf(line: string): Members | undefined {
  try {
    const record: unknown = JSON.parse(line);
    if (typeof record !== 'object' || record === null) return undefined;
    return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, String(value)]));
  } catch {
    return undefined;
  }
}

/** Number of JSON lines that are looked at for names of members. */
const JSON_LINES = 20;

function describeJson(text: string): Pick<LogFile, 'format' | 'fields' | 'firstRecord'> {
  const records = text
    .split('\n', JSON_LINES)
    .map(membersOf)
    .filter((members) => members !== undefined);
  const [firstRecord] = records;
  if (firstRecord === undefined) return { format: 'json' };
  const isGrant = REQUIRED_MEMBERS.every((member) => member in firstRecord);
  const fields = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return { format: isGrant ? 'grants' : 'json', fields, firstRecord };
}

/**
 * Fields of the logs of streaming distributions (RTMP), which AWS ended in 2020.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html
 */
const STREAMING_FIELDS = ['x-event', 'x-sname', 'x-cf-client-id'];

/** A log file, or why it is none. An unreadable log is an error, other files are passed over. */
type Inspected =
  { readonly log: LogFile } | { readonly reason: string; readonly isUnreadable: boolean };

function inspectText(common: Omit<LogFile, 'format'>, text: string): Inspected {
  // A JSON document over several lines is no JSON lines.
  if (/^\{(?!\s*\n)/.test(text)) return { log: { ...common, ...describeJson(text) } };
  const described = describeText(text);
  if (described === undefined)
    return {
      reason:
        text.trim() === ''
          ? 'is empty'
          : 'is no log: neither Parquet, nor JSON lines, nor text with a #Fields line',
      isUnreadable: false,
    };
  const streaming = described.fields.find((name) => STREAMING_FIELDS.includes(name));
  if (streaming === undefined) return { log: { ...common, format: 'text', ...described } };
  return {
    reason: `is the log of a streaming (RTMP) distribution, with the field ${streaming}: such logs have no requests`,
    isUnreadable: true,
  };
}

/** Detects the format of a file from its content. */
function inspectLogFile(file: string, name: string): Inspected {
  const head = readHead(file);
  const partition = partitionOfName(file.replaceAll(path.sep, '/'));
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const common = {
    path: file,
    ...(name !== file && { name }),
    isGzip,
    ...(partition !== undefined && { partition }),
  };
  if (head.subarray(0, 4).toString('latin1') === 'PAR1')
    return { log: { ...common, format: 'parquet' } };
  const text = headText(head, isGzip);
  if (text === undefined) return { reason: 'cannot be decompressed', isUnreadable: true };
  return inspectText(common, text);
}

function refuse(passedOver: readonly PassedOver[]): never {
  const shown = passedOver
    .slice(0, SHOWN_FILES_MAX)
    .map(({ name, reason }) => `${JSON.stringify(name)} ${reason}`);
  const more =
    passedOver.length > shown.length ? ` and ${passedOver.length - shown.length} more` : '';
  throw new LogFileError(`no logs: ${shown.join('; ')}${more}`);
}

/**
 * Finds every log file below a folder, in any format. Hidden files are ignored. Empty files and
 * files that are no logs are passed over when there are logs beside them.
 *
 * @throws {LogFileError} naming the files: when there are files and none is a log; and for logs
 * that cannot be read, unless they are skipped
 */
export function findLogFiles(
  folder: string,
  { nameOf = (file) => file, onPassedOver, skipsUnreadable = false }: FindLogFilesOptions = {},
): readonly LogFile[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ name: nameOf(file), inspected: inspectLogFile(file, nameOf(file)) }));
  const logs: LogFile[] = [];
  const others: PassedOver[] = [];
  const unreadable: PassedOver[] = [];
  for (const { name, inspected } of files) {
    if ('log' in inspected) logs.push(inspected.log);
    else (inspected.isUnreadable ? unreadable : others).push({ name, reason: inspected.reason });
  }
  if (unreadable.length > 0 && !skipsUnreadable) refuse(unreadable);
  const passedOver = [...unreadable, ...others];
  if (logs.length === 0 && passedOver.length > 0) refuse(passedOver);
  if (onPassedOver !== undefined) passedOver.forEach(onPassedOver);
  return logs;
}
