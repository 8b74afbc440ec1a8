import {
  ISSUED_GRANT_FIELDS,
  LOG_FIELDS,
  type LogField,
  TRAFFIC_FIELDS,
  V1_FIELDS,
  V1_LATER_FIELDS,
} from '../fields';
import type { LogFile } from '../records/log-file';

/** Less than DuckDB's own 32 MB: as fast or faster, and held once for each thread and file. */
const BUFFER_BYTES = 4_000_000;

const STORED_ROWS = 40_000;

/** Columns of the relation that holds what may be replayed; everything else is in `log_lines`. */
const EVIDENCE_COLUMNS = ['x_edge_request_id', 'cs_uri_query', 'cs_cookie'] as const;

/** The hour of a file's records from its path, as v2 and v1 write it; else from the record itself. */
function partitionColumn(ofRecord: string): string {
  return `coalesce(
  nullif(regexp_extract(filename, '(\\d{4}/\\d{2}/\\d{2}/\\d{2})/[^/]*$', 1), ''),
  nullif(replace(regexp_extract(filename, '\\.(\\d{4}-\\d{2}-\\d{2}-\\d{2})\\.[^/]*$', 1), '-', '/'), ''),
  ${ofRecord}) as dt`;
}

const HOUR_OF_LINE = `replace("date", '-', '/') || '/' || substr("time", 1, 2)`;
const PARTITION_OF_GRANT = partitionColumn(
  `replace(replace(substr("time", 1, 13), '-', '/'), 'T', '/')`,
);

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** DuckDB takes a path for a pattern: what would be one is written as a set of one character. */
function fileList(files: readonly LogFile[]): string {
  return `[${files.map(({ path }) => quoted(path.replace(/[*?[]/g, '[$&]'))).join(', ')}]`;
}

/** One select over every field, whose value is an expression of the reader or null where files lack it. */
function selectFields(
  expressionOf: (field: LogField) => string | undefined,
  reader: string,
): string {
  const columns = LOG_FIELDS.map(
    (field) => `cast(${expressionOf(field) ?? 'null'} as varchar) as ${identifier(field.column)}`,
  );
  return `select ${columns.join(', ')}, filename from ${reader}`;
}

function selectText(files: readonly LogFile[]): string {
  const { fields = [], headerLines = 0, isGzip } = files[0] ?? { isGzip: false };
  const columns = fields.map((_name, at) => `'f${at}': 'VARCHAR'`).join(', ');
  const options = `delim = '\\t', buffer_size = ${BUFFER_BYTES}, header = false, quote = '', escape = '', auto_detect = false, skip = ${headerLines}, filename = true, compression = '${isGzip ? 'gzip' : 'none'}', columns = {${columns}}`;
  return selectFields(
    ({ name }) => {
      const at = fields.indexOf(name);
      return at < 0 ? undefined : `f${at}`;
    },
    `read_csv(${fileList(files)}, ${options})`,
  );
}

function selectJson(files: readonly LogFile[]): string {
  const columns = LOG_FIELDS.map(({ name }) => `${quoted(name)}: 'VARCHAR'`).join(', ');
  const compression = files[0]?.isGzip === true ? 'gzip' : 'uncompressed';
  return selectFields(
    ({ name }) => identifier(name),
    `read_json(${fileList(files)}, format = 'newline_delimited', compression = '${compression}', filename = true, columns = {${columns}})`,
  );
}

function selectParquet(files: readonly LogFile[]): string {
  const columns = files[0]?.fields ?? [];
  return selectFields(
    ({ column }) => (columns.includes(column) ? identifier(column) : undefined),
    `read_parquet(${fileList(files)}, hive_partitioning = false, filename = true)`,
  );
}

/** Issuance records, which are ours and always JSON lines. */
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

/** Files that one reader call can take together: same format, same compression, same fields. */
function groupFiles(files: readonly LogFile[]): readonly (readonly LogFile[])[] {
  const groups = new Map<string, LogFile[]>();
  for (const file of files) {
    const key = JSON.stringify([file.format, file.isGzip, file.fields, file.headerLines]);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}

/** The statement that says, for each of some Parquet files, its path and a column that it has. */
export function describeParquet(files: readonly LogFile[]): string {
  return `select file_name, name from parquet_schema(${fileList(files)}) where num_children is null order by 1, 2`;
}

function selectGroup(files: readonly LogFile[]): string {
  const format = files[0]?.format;
  if (format === 'json') return selectJson(files);
  return format === 'parquet' ? selectParquet(files) : selectText(files);
}

/** Whether a file is legacy logging, which a distribution may have beside v2: the same requests once more. */
function isLegacy({ format, fields = [] }: LogFile): boolean {
  const isV1 = V1_FIELDS.every(({ name }, at) => fields[at] === name);
  const later = fields.slice(V1_FIELDS.length);
  return format === 'text' && isV1 && later.every((name) => V1_LATER_FIELDS.includes(name));
}

/** Lines of evidence say no time: where their file does not either, they are of the hours that are asked about. */
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

/** A relation of both loggings in which each request stands once: v2 says more, so v1 fills what it lacks. */
function eachOnce(columns: string, condition: string, hasBoth: boolean): string {
  const current = `select ${columns} from current_lines where ${condition}`;
  if (!hasBoth)
    return `${current} union all select ${columns} from legacy_lines where ${condition}`;
  return `${current} union all select ${columns} from legacy_lines anti join (${current}) as logged using (x_edge_request_id) where ${condition}`;
}

/** Statements that make the views, and which of those read text: it is slow to read, and holds every column. */
export interface LogViews {
  readonly statements: readonly string[];
  readonly textViews: readonly string[];
}

/**
 * The views that queries read: `log_lines` without what can be replayed, `evidence_lines` with it, and
 * `issued_grants`, for files of any format and any mixture of fields. Parquet files name their columns in `fields`.
 *
 * @param firstHour of those that are asked about, `yyyy/MM/dd/HH`: without it, evidence whose file names no hour is
 * passed over
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
  const isEvidence =
    "(nullif(cs_cookie, '-') is not null or nullif(cs_uri_query, '-') is not null)";
  return {
    statements: [
      `create view stored_lines as ${selectLines(stored, firstHour)}`,
      `create view text_lines as ${selectLines(text, firstHour)}`,
      'create view current_lines as from stored_lines union all by name from text_lines',
      `create view legacy_lines as ${selectLines(legacy, firstHour)}`,
      // An evidence delivery has lines without a status: it adds to requests that traffic holds.
      `create view log_lines as ${eachOnce(traffic, 'sc_status is not null', hasBoth)}`,
      `create view evidence_lines as ${eachOnce(evidence, isEvidence, hasBoth)}`,
      `create view issued_grants as ${selectGrants(grants)}`,
    ],
    textViews: [
      ...(text.length > 0 ? ['text_lines'] : []),
      ...(legacy.length > 0 ? ['legacy_lines'] : []),
    ],
  };
}

/** What the views themselves look at, whatever a statement names. */
const ALWAYS_STORED: ReadonlySet<string> = new Set([...EVIDENCE_COLUMNS, 'sc_status']);

/** Statements that write columns of a view to a Parquet file, and that read it from there: the others are null. */
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
    // Small groups of rows: what is being written is held in memory. No question looks for one value: no Bloom filters.
    write: `copy (select ${[...stored, 'dt'].join(', ')} from ${view}) to ${quoted(file)} (format parquet, compression snappy, row_group_size ${STORED_ROWS}, write_bloom_filter false)`,
    // Not dt itself: where a stored column is compared, DuckDB expects few rows, and would hold all evidence
    // in memory to look refusals up in it.
    read: `create or replace view ${view} as select ${[...stored, ...missing].join(', ')}, coalesce(dt, sc_status) as dt from read_parquet(${quoted(file)}, hive_partitioning = false)`,
  };
}
