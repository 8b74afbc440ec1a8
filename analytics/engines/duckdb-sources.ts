import {
  ISSUED_GRANT_FIELDS,
  LOG_FIELDS,
  type LogField,
  TRAFFIC_FIELDS,
  V1_FIELDS,
  V1_LATER_FIELDS,
} from '../fields';
import { quoteText } from '../parameters';
import { HOUR_OF_FOLDERS_PATTERN, HOUR_OF_NAME_PATTERN } from '../partition';
import type { LogFile } from '../records/log-file';
import { identifier, OTHER_NAMES, selectFields } from './duckdb-columns';

/**
 * DuckDB's default is 32 MB for each thread and file. This size is as fast and needs less memory.
 */
const BUFFER_BYTES = 4_000_000;

const STORED_ROWS = 40_000;

/**
 * Columns of `evidence_lines`: request id, query string and cookies. All others are in `log_lines`.
 */
const EVIDENCE_COLUMNS = ['x_edge_request_id', 'cs_uri_query', 'cs_cookie'] as const;

/**
 * SQL for the hour of a record: from the file's path, as v2 and v1 write it, else from the record
 * itself.
 */
function partitionColumn(ofRecord: string): string {
  return `coalesce(
  nullif(regexp_extract(filename, ${quoteText(HOUR_OF_FOLDERS_PATTERN)}, 1), ''),
  nullif(replace(regexp_extract(filename, ${quoteText(HOUR_OF_NAME_PATTERN)}, 1), '-', '/'), ''),
  ${ofRecord}) as dt`;
}

const HOUR_OF_LINE = `case when "date" like '____-__-__' then replace("date", '-', '/') || '/' || substr("time", 1, 2) end`;
const PARTITION_OF_GRANT = partitionColumn(
  `replace(replace(substr("time", 1, 13), '-', '/'), 'T', '/')`,
);

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** DuckDB reads paths as patterns. Each special character is written as a set of one character. */
function fileList(files: readonly LogFile[]): string {
  return `[${files.map(({ path }) => quoted(path.replace(/[*?[]/g, '[$&]'))).join(', ')}]`;
}

function selectText(files: readonly LogFile[]): string {
  const { fields = [], headerLines = 0, isGzip } = files[0] ?? { isGzip: false };
  const columns = fields.map((_name, at) => `'f${at}': 'VARCHAR'`).join(', ');
  const options = `delim = '\\t', buffer_size = ${BUFFER_BYTES}, header = false, quote = '', escape = '', auto_detect = false, skip = ${headerLines}, filename = true, compression = '${isGzip ? 'gzip' : 'none'}', columns = {${columns}}`;
  return selectFields(
    (name) => {
      const at = fields.indexOf(name);
      return at < 0 ? undefined : `f${at}`;
    },
    `read_csv(${fileList(files)}, ${options})`,
  );
}

/** Names in the first records that standard logs with `date` and `time` do not have. */
function otherNames({ format, fields = [] }: LogFile): readonly string[] {
  if (format !== 'json') return [];
  return OTHER_NAMES.filter((name) => fields.includes(name));
}

function hasDate({ format, fields }: LogFile): boolean {
  return format !== 'json' || fields === undefined || fields.includes('date');
}

function selectJson(files: readonly LogFile[]): string {
  const [first] = files;
  const standard = LOG_FIELDS.map(({ name }) => name);
  const others = first === undefined ? [] : otherNames(first);
  const isDated = first === undefined || hasDate(first);
  const names = [...standard, ...others].filter(
    (name) => isDated || (name !== 'date' && name !== 'time'),
  );
  const columns = names.map((name) => `${quoted(name)}: 'VARCHAR'`).join(', ');
  const compression = first?.isGzip === true ? 'gzip' : 'uncompressed';
  return selectFields(
    (name) => (names.includes(name) ? identifier(name) : undefined),
    `read_json(${fileList(files)}, format = 'newline_delimited', compression = '${compression}', filename = true, columns = {${columns}})`,
  );
}

/** Parquet files have no such characters in the names of their columns. */
const COLUMN_OF: ReadonlyMap<string, string> = new Map(
  LOG_FIELDS.map(({ name, column }) => [name, column]),
);

function selectParquet(files: readonly LogFile[]): string {
  const columns = files[0]?.fields ?? [];
  return selectFields(
    (name) => {
      const column = COLUMN_OF.get(name) ?? name;
      return columns.includes(column) ? identifier(column) : undefined;
    },
    `read_parquet(${fileList(files)}, hive_partitioning = false, filename = true)`,
  );
}

/** Reads issuance records. They are always JSON lines, because our session function writes them. */
function selectGrants(files: readonly LogFile[]): string {
  const names = ISSUED_GRANT_FIELDS.map(({ name }) => `${quoted(name)}: 'VARCHAR'`).join(', ');
  const columns = ISSUED_GRANT_FIELDS.map(
    ({ name, column }) =>
      `${files.length === 0 ? 'null::varchar' : identifier(name)} as ${identifier(column)}`,
  ).join(', ');
  const reader =
    files.length === 0
      ? "(select '' as filename where false)"
      : `read_json(${fileList(files)}, format = 'newline_delimited', compression = 'auto_detect', filename = true, columns = {${names}})`;
  return `select *, ${PARTITION_OF_GRANT} from (select ${columns}, filename from ${reader})`;
}

/** Groups files that one reader call can read: same format, compression and fields. */
function groupFiles(files: readonly LogFile[]): readonly (readonly LogFile[])[] {
  const groups = new Map<string, LogFile[]>();
  for (const file of files) {
    const key = JSON.stringify([
      ...[file.format, file.isGzip, file.headerLines],
      file.format === 'json' ? undefined : file.fields,
      ...[hasDate(file), otherNames(file)],
    ]);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}

/** The statement that lists the columns of Parquet files: one row for each file and column. */
export function describeParquet(files: readonly LogFile[]): string {
  return `select file_name, name from parquet_schema(${fileList(files)}) where num_children is null order by 1, 2`;
}

function selectGroup(files: readonly LogFile[]): string {
  const format = files[0]?.format;
  if (format === 'json') return selectJson(files);
  return format === 'parquet' ? selectParquet(files) : selectText(files);
}

/**
 * Whether a file is legacy logging (v1). A distribution may log the same requests with v1 and v2.
 */
function isLegacy({ format, fields = [] }: LogFile): boolean {
  const isV1 = V1_FIELDS.every(({ name }, at) => fields[at] === name);
  const later = fields.slice(V1_FIELDS.length);
  return format === 'text' && isV1 && later.every((name) => V1_LATER_FIELDS.includes(name));
}

/**
 * Evidence lines have no time, and the time of other lines may not be understood. When the file
 * name has no hour either, they count as lines of the first hour that was asked for.
 */
function partitionOfLine(firstHour: string | undefined): string {
  return partitionColumn(
    firstHour === undefined ? HOUR_OF_LINE : `${HOUR_OF_LINE}, ${quoted(firstHour)}`,
  );
}

function selectLines(files: readonly LogFile[], firstHour: string | undefined): string {
  const selects = groupFiles(files).map(selectGroup);
  const empty = selectFields(() => undefined, "(select '' as filename where false)");
  const lines = selects.length === 0 ? empty : selects.join('\nunion all by name\n');
  return `select *, ${partitionOfLine(firstHour)} from (${lines})`;
}

/**
 * Unites v1 and v2 logs so that each request is there once. The v2 line is preferred, because it
 * has more fields. A line without an id (`-`) cannot be compared and stays.
 */
function eachOnce(columns: string, { current, legacy }: LineConditions, hasBoth: boolean): string {
  const lines = `select ${columns} from current_lines where ${current}`;
  if (!hasBoth) return `${lines} union all select ${columns} from legacy_lines where ${legacy}`;
  const logged = `select x_edge_request_id from current_lines where ${legacy} and x_edge_request_id <> '-'`;
  return `${lines} union all select ${columns} from legacy_lines anti join (${logged}) as logged using (x_edge_request_id) where ${legacy}`;
}

/** The statement that counts the lines of files. */
export function countLines(files: readonly LogFile[]): string {
  return `select count(*) from (${groupFiles(files).map(selectGroup).join(' union all ')})`;
}

/** Which lines belong to a view: of v2 logs, and of v1 logs. */
interface LineConditions {
  readonly current: string;
  readonly legacy: string;
}

/**
 * Lines of an evidence delivery have neither status nor path: `log_lines` has their requests
 * already.
 */
const IS_REQUEST = '(sc_status is not null or cs_uri_stem is not null)';
const TRAFFIC: LineConditions = { current: IS_REQUEST, legacy: IS_REQUEST };
const SAYS_SOMETHING =
  "(nullif(cs_cookie, '-') is not null or nullif(cs_uri_query, '-') is not null)";
/**
 * A v2 line with the cookie field is evidence even when the client sent no cookie. A v1 line always
 * has the field: without a value, cookies may simply not be logged.
 */
const EVIDENCE: LineConditions = {
  current: `(cs_cookie is not null or ${SAYS_SOMETHING})`,
  legacy: SAYS_SOMETHING,
};

/**
 * The statements that create the views, and the names of the views that read text files. Text is
 * slow to read.
 */
export interface LogViews {
  readonly statements: readonly string[];
  readonly textViews: readonly string[];
}

/**
 * The views that queries read: `log_lines` without cookies and query strings, `evidence_lines` with
 * them, and `issued_grants`. The files may have different formats and fields. Parquet files name
 * their columns in `fields`.
 *
 * @param firstHour first hour that is asked for, `yyyy/MM/dd/HH`. Without it, evidence in files
 * whose names have no hour is ignored
 */
export function buildViews(files: readonly LogFile[], firstHour?: string): LogViews {
  const grants = files.filter(({ format }) => format === 'grants');
  const logs = files.filter(({ format }) => format !== 'grants');
  const legacy = logs.filter(isLegacy);
  const current = logs.filter((file) => !isLegacy(file));
  const stored = current.filter(({ format }) => format === 'parquet');
  const text = current.filter(({ format }) => format !== 'parquet');
  const hasBoth = legacy.length > 0 && current.length > 0;
  const traffic = [...TRAFFIC_FIELDS.map(({ column }) => identifier(column)), 'dt'].join(', ');
  const evidence = [...EVIDENCE_COLUMNS, 'dt'].join(', ');
  return {
    statements: [
      `create or replace view stored_lines as ${selectLines(stored, firstHour)}`,
      `create or replace view text_lines as ${selectLines(text, firstHour)}`,
      'create or replace view current_lines as from stored_lines union all by name from text_lines',
      `create or replace view legacy_lines as ${selectLines(legacy, firstHour)}`,
      `create or replace view log_lines as ${eachOnce(traffic, TRAFFIC, hasBoth)}`,
      `create or replace view evidence_lines as ${eachOnce(evidence, EVIDENCE, hasBoth)}`,
      `create or replace view issued_grants as ${selectGrants(grants)}`,
    ],
    textViews: [
      ...(text.length > 0 ? ['text_lines'] : []),
      ...(legacy.length > 0 ? ['legacy_lines'] : []),
    ],
  };
}

/** Columns that the views themselves need. */
const ALWAYS_STORED: ReadonlySet<string> = new Set([
  ...EVIDENCE_COLUMNS,
  'sc_status',
  'cs_uri_stem',
]);

/**
 * Statements that write columns of a view to a Parquet file and replace the view by that file.
 * Columns that were not written are null.
 */
export function storeView(
  view: string,
  columns: ReadonlySet<string>,
  file: string,
): { readonly write: string; readonly read: string } {
  const isStored = ({ column }: LogField): boolean =>
    columns.has(column) || ALWAYS_STORED.has(column);
  const stored = LOG_FIELDS.filter(isStored).map(({ column }) => identifier(column));
  const missing = LOG_FIELDS.filter((field) => !isStored(field)).map(
    ({ column }) => `cast(null as varchar) as ${identifier(column)}`,
  );
  return {
    // A group of rows is held in memory while it is written, so groups are small. Bloom filters
    // would help only to find single values, which no question does.
    write: `copy (select ${[...stored, 'dt'].join(', ')} from ${view}) to ${quoted(file)} (format parquet, compression snappy, row_group_size ${STORED_ROWS}, write_bloom_filter false)`,
    // An expression instead of the column dt: for a condition on a stored column, DuckDB would
    // expect few rows and hold all evidence in memory for the join.
    read: `create or replace view ${view} as select ${[...stored, ...missing].join(', ')}, coalesce(dt, sc_status) as dt from read_parquet(${quoted(file)}, hive_partitioning = false)`,
  };
}
