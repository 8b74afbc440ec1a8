import { LOG_FIELDS, REAL_TIME_NAMES, TIMESTAMP_FIELDS } from '../fields';
import type { LogFile } from './log-file';

/** A field that some log files do not have, or have with values that are not understood. */
export interface FieldLack {
  /** The name of the field in standard logs. */
  readonly field: string;
  readonly files: readonly LogFile[];
  /** Number of files that hold requests. */
  readonly of: number;
}

const { milliseconds: MILLISECONDS, seconds: SECONDS } = TIMESTAMP_FIELDS;
const TIME_FIELDS: readonly string[] = ['date', 'time'];
/** What the values of a field look like. Without such a value, a question finds no line. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  date: /^\d{4}-\d{2}-\d{2}$/,
  time: /^\d{2}:\d{2}:\d{2}(\.\d+)?$/,
  [MILLISECONDS]: /^\d{1,15}$/,
  [SECONDS]: /^\d{1,12}(\.\d+)?$/,
  'sc-status': /^(\d{3}|0|-)$/,
};
const NAME_OF_COLUMN: ReadonlyMap<string, string> = new Map(
  LOG_FIELDS.map(({ name, column }) => [column, name]),
);

/** Names of the fields that a file has, as standard logs spell them; undefined when not known. */
function namesIn({ format, fields }: LogFile): readonly string[] | undefined {
  if (fields === undefined) return undefined;
  if (format === 'parquet') return fields.map((column) => NAME_OF_COLUMN.get(column) ?? column);
  return fields.map((name) => REAL_TIME_NAMES[name] ?? name);
}

/** Whether the first record has a value of this field that is understood. */
function isUnderstood({ firstRecord }: LogFile, name: string): boolean {
  const value = firstRecord?.[name];
  return value === undefined || SHAPES[name]?.test(value) !== false;
}

function has(file: LogFile, field: string, names: readonly string[]): boolean {
  const isUsable = (name: string): boolean => names.includes(name) && isUnderstood(file, name);
  if (!TIME_FIELDS.includes(field)) return isUsable(field);
  if (TIME_FIELDS.some((name) => names.includes(name))) return TIME_FIELDS.every(isUsable);
  return isUsable(MILLISECONDS) || isUsable(SECONDS);
}

/** Whether a file holds requests. Lines of an evidence delivery have neither status nor path. */
function holdsRequests({ format }: LogFile, names: readonly string[]): boolean {
  return format !== 'grants' && (names.includes('sc-status') || names.includes('cs-uri-stem'));
}

/**
 * Says which of some fields are missing in which files. Only names and the first record of a file
 * are looked at, so this costs nothing.
 */
export function findLacks(
  fields: readonly string[],
  files: readonly LogFile[],
): readonly FieldLack[] {
  const known = files.flatMap((file) => {
    const names = namesIn(file);
    return names === undefined ? [] : [{ file, names }];
  });
  const requests = known.filter(({ file, names }) => holdsRequests(file, names));
  // A log with neither status nor path is no log of requests; it lacks what a question needs.
  const others = known.filter(({ file }) => file.format !== 'grants');
  const considered = requests.length > 0 ? requests : others;
  return fields.flatMap((field) => {
    const lacking = considered.filter(({ file, names }) => !has(file, field, names));
    if (lacking.length === 0) return [];
    return [{ field, files: lacking.map(({ file }) => file), of: considered.length }];
  });
}
