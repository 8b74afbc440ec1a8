import { createReadStream, mkdirSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { fieldsOfHeader, type LogFile, LogFileError, type PassedOver } from './log-file';

export interface MendSettings {
  /** An empty folder for the copies. */
  readonly folder: string;
  /** Whether lines that cannot be read are left out. Otherwise the first one is an error. */
  readonly skipsUnreadable: boolean;
  readonly onPassedOver: (passedOver: PassedOver) => void;
}

/** Characters that are kept in memory before they are written. */
const WRITTEN_CHARACTERS = 1_000_000;
/** The character that replaces bytes that are no UTF-8. */
const REPLACEMENT = '\uFFFD';

/** A part of a log file, as a file of its own: the lines between two headers. */
class Copy {
  readonly file: LogFile;
  #text = '';

  constructor(original: LogFile, fields: readonly string[] | undefined, at: string) {
    // DuckDB reads the hour of a line from the path, so the copy has the hour of the original.
    const folder = path.join(at, original.partition ?? '');
    mkdirSync(folder, { recursive: true });
    this.file = {
      path: path.join(folder, path.basename(original.path)),
      name: original.name ?? original.path,
      format: original.format,
      isGzip: false,
      ...(fields !== undefined && { fields, headerLines: 0 }),
      ...(original.firstRecord !== undefined && { firstRecord: original.firstRecord }),
      ...(original.partition !== undefined && { partition: original.partition }),
    };
  }

  async add(line: string): Promise<void> {
    this.#text += `${line}\n`;
    if (this.#text.length > WRITTEN_CHARACTERS) await this.flush();
  }

  async flush(): Promise<void> {
    await appendFile(this.file.path, this.#text);
    this.#text = '';
  }
}

/**
 * The lines of a file, without line ends and byte order mark. Bytes that are no UTF-8 are replaced.
 */
async function* readLines({ path: file, isGzip }: LogFile): AsyncGenerator<string> {
  const bytes = createReadStream(file);
  const decoder = new TextDecoder();
  let rest = '';
  const stream = isGzip ? bytes.pipe(createGunzip()) : bytes;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.replace(/\r$/, '');
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

/** Names of members in a flat JSON object, as they stand in the text. */
const MEMBER_NAME = /"(?:[^"\\]|\\.)*"\s*:/g;

/** Why a JSON line cannot be read; undefined when it can. */
function problemOfJson(line: string): string | undefined {
  try {
    const record: unknown = JSON.parse(line);
    if (typeof record !== 'object' || record === null || Array.isArray(record))
      return 'the line is no JSON object';
    const names = line.match(MEMBER_NAME) ?? [];
    return new Set(names).size === names.length ? undefined : 'a member is written twice';
  } catch {
    return 'the line is no JSON';
  }
}

/** Why a text line cannot be read; undefined when it can. */
function problemOfText(line: string, fields: readonly string[] | undefined): string | undefined {
  if (fields === undefined) return 'no #Fields line comes before it';
  const values = line.split('\t').length;
  return values === fields.length
    ? undefined
    : `${values} values for the ${fields.length} names of the #Fields line`;
}

/** Copies one file, line by line. */
class Mending {
  readonly #file: LogFile;
  readonly #settings: MendSettings;
  readonly #copies = new Map<string, Copy>();
  #fields: readonly string[] | undefined;
  #line = 0;
  #replacedLine: number | undefined;

  constructor(file: LogFile, settings: MendSettings) {
    this.#file = file;
    this.#settings = settings;
  }

  async run(): Promise<readonly LogFile[]> {
    try {
      for await (const line of readLines(this.#file)) await this.#take(line);
    } catch (error) {
      if (error instanceof LogFileError) throw error;
      this.#line += 1;
      this.#passOver('the file cannot be decompressed from here on');
    }
    for (const copy of this.#copies.values()) await copy.flush();
    if (this.#replacedLine !== undefined)
      this.#settings.onPassedOver({
        name: this.#name(),
        line: this.#replacedLine,
        reason: `bytes that are no UTF-8 are read as ${REPLACEMENT}, from this line on`,
      });
    return [...this.#copies.values()].map(({ file }) => file);
  }

  #name(): string {
    return this.#file.name ?? this.#file.path;
  }

  #passOver(reason: string): void {
    const passedOver = { name: this.#name(), line: this.#line, reason };
    if (!this.#settings.skipsUnreadable) throw unreadableLog(passedOver);
    this.#settings.onPassedOver(passedOver);
  }

  async #take(line: string): Promise<void> {
    this.#line += 1;
    if (line === '') return;
    const isText = this.#file.format === 'text';
    if (isText && line.startsWith('#')) {
      this.#fields = fieldsOfHeader(line) ?? this.#fields;
      return;
    }
    const problem = isText ? problemOfText(line, this.#fields) : problemOfJson(line);
    if (problem !== undefined) {
      this.#passOver(problem);
      return;
    }
    if (line.includes(REPLACEMENT)) this.#replacedLine ??= this.#line;
    await this.#copy().add(line);
  }

  #copy(): Copy {
    const key = (this.#fields ?? []).join(' ');
    const known = this.#copies.get(key);
    if (known !== undefined) return known;
    const at = path.join(this.#settings.folder, String(this.#copies.size));
    const copy = new Copy(this.#file, this.#fields, at);
    this.#copies.set(key, copy);
    return copy;
  }
}

/** The error that names what cannot be read. It repeats nothing of the log. */
function unreadableLog({ name, line, reason }: PassedOver): LogFileError {
  const at = line === undefined ? '' : `, line ${line}`;
  return new LogFileError(`a log that cannot be read: ${JSON.stringify(name)}${at}: ${reason}`);
}

/**
 * Copies text and JSON files so that every reader can read them: header lines in the middle begin a
 * new file, byte order marks are removed, and bytes that are no UTF-8 are replaced. Slower than to
 * read the files directly, so this is only for files that DuckDB cannot read.
 *
 * @throws {LogFileError} naming file and line, for the first line that cannot be read
 */
export async function mendLogs(
  files: readonly LogFile[],
  settings: MendSettings,
): Promise<readonly LogFile[]> {
  const mended: LogFile[] = [];
  for (const [at, file] of files.entries()) {
    const folder = path.join(settings.folder, String(at));
    if (file.format === 'parquet') mended.push(file);
    else mended.push(...(await new Mending(file, { ...settings, folder }).run()));
  }
  return mended;
}
