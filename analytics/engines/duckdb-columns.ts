import { LOG_FIELDS, type LogField, REAL_TIME_NAMES, TIMESTAMP_FIELDS } from '../fields';

/** SQL for the value of a field by the name that a file uses; undefined when the file has none. */
export type ValueOf = (name: string) => string | undefined;

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

const { milliseconds: MILLISECONDS, seconds: SECONDS } = TIMESTAMP_FIELDS;
const TIME_FORMATS: Readonly<Record<string, string>> = { date: '%Y-%m-%d', time: '%H:%M:%S' };

/** Every name that a file may use for a field, that of standard logs first. */
const NAMES_OF: ReadonlyMap<string, readonly string[]> = new Map(
  LOG_FIELDS.map(({ name }) => [
    name,
    [
      name,
      ...Object.entries(REAL_TIME_NAMES).flatMap(([alias, standard]) =>
        standard === name ? [alias] : [],
      ),
    ],
  ]),
);

/** Names of fields that no standard log has, or that it has only instead of `date` and `time`. */
export const OTHER_NAMES: readonly string[] = [...Object.keys(REAL_TIME_NAMES), SECONDS];

function momentSql(valueOf: ValueOf): string | undefined {
  const milliseconds = valueOf(MILLISECONDS);
  const seconds = valueOf(SECONDS);
  const moments = [
    milliseconds === undefined
      ? undefined
      : `make_timestamp(try_cast(${milliseconds} as bigint) * 1000)`,
    seconds === undefined
      ? undefined
      : `make_timestamp(cast(try_cast(${seconds} as double) * 1000000 as bigint))`,
  ].filter((moment) => moment !== undefined);
  return moments.length === 0 ? undefined : `coalesce(${moments.join(', ')})`;
}

/**
 * The value of a field; undefined when the file has none. `date` and `time` are made from a
 * timestamp when the file does not have them.
 */
function fieldSql({ name }: LogField, valueOf: ValueOf): string | undefined {
  const values = (NAMES_OF.get(name) ?? []).map(valueOf).filter((value) => value !== undefined);
  const format = TIME_FORMATS[name];
  const moment = format === undefined || values.length > 0 ? undefined : momentSql(valueOf);
  if (moment !== undefined) return `strftime(${moment}, '${format}')`;
  return values.length > 1 ? `coalesce(${values.join(', ')})` : values[0];
}

/** A select of all fields from a reader. A field that the files do not have is null. */
export function selectFields(valueOf: ValueOf, reader: string): string {
  const columns = LOG_FIELDS.map(
    (field) =>
      `cast(${fieldSql(field, valueOf) ?? 'null'} as varchar) as ${identifier(field.column)}`,
  );
  return `select ${columns.join(', ')}, filename from ${reader}`;
}
