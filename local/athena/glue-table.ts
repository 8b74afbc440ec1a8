import { GetTablesCommand, type GlueClient, type Table } from '@aws-sdk/client-glue';
import { PARTITION_PATTERN, partitionOf } from '#analytics/partition';
import { StatementError } from './statement-text';

/** Format of the files of a table. */
export type TableFormat = 'parquet' | 'json' | 'text';

/**
 * A table of the Glue catalog, with the parts that the local Athena uses. All columns are text.
 */
export interface GlueTable {
  readonly name: string;
  readonly format: TableFormat;
  readonly bucket: string;
  /**
   * The part of an object key before the hour. For a table without partitions: the whole prefix.
   */
  readonly prefix: string;
  /**
   * First hour of the partition projection as the table has it: an hour or `NOW-<days>DAYS`.
   * Undefined for a table without partitions.
   */
  readonly firstHour?: string;
  readonly columns: readonly { readonly name: string; readonly source: string }[];
  readonly headerLines: number;
  /** Whether lines that are not JSON are ignored. */
  readonly ignoresMalformed: boolean;
}

const FORMATS: readonly (readonly [RegExp, TableFormat])[] = [
  [/ParquetHiveSerDe$/, 'parquet'],
  [/JsonSerDe$/, 'json'],
  [/LazySimpleSerDe$/, 'text'],
];
const S3_URL = /^s3:\/\/([^/]+)\/(.*)$/;
const HOUR = new RegExp(`^${PARTITION_PATTERN}$`);
const DAYS_AGO = /^NOW-(\d{1,4})DAYS$/;
const DAY_MILLISECONDS = 86_400_000;
const PLACE_OF_HOUR = '${dt}/';

function refuse(table: Table, what: string): never {
  throw new StatementError(`HIVE_INVALID_METADATA: Table ${table.Name ?? ''}: ${what}`);
}

function formatOf(table: Table): TableFormat {
  const serde = table.StorageDescriptor?.SerdeInfo?.SerializationLibrary ?? '';
  const found = FORMATS.find(([pattern]) => pattern.test(serde));
  return found?.[1] ?? refuse(table, `the serde ${serde} is not read here`);
}

function parseLocation(table: Table, location: string): { bucket: string; prefix: string } {
  const [, bucket, prefix] = S3_URL.exec(location) ?? [];
  if (bucket === undefined || prefix === undefined)
    return refuse(table, `the location ${location} is no s3:// URL`);
  return { bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` };
}

/**
 * Reads the partition projection of a table by hour. @throws StatementError for other projections,
 * which are not supported here
 */
function readProjection(
  table: Table,
  parameters: Readonly<Record<string, string>>,
): Pick<GlueTable, 'bucket' | 'prefix' | 'firstHour'> {
  const expected = {
    'projection.enabled': 'true',
    'projection.dt.type': 'date',
    'projection.dt.format': 'yyyy/MM/dd/HH',
    'projection.dt.interval': '1',
    'projection.dt.interval.unit': 'HOURS',
  };
  for (const [name, value] of Object.entries(expected)) {
    const found = parameters[name] ?? 'missing';
    if (found.toLowerCase() !== value.toLowerCase())
      refuse(table, `${name} is ${found}, read here is ${value}`);
  }
  const [firstHour = '', last = ''] = (parameters['projection.dt.range'] ?? '').split(',');
  if (!(HOUR.test(firstHour) || DAYS_AGO.test(firstHour)) || last !== 'NOW')
    refuse(table, 'projection.dt.range is neither <yyyy/MM/dd/HH>,NOW nor NOW-<days>DAYS,NOW');
  const template = parameters['storage.location.template'] ?? '';
  if (!template.endsWith(PLACE_OF_HOUR))
    refuse(table, `storage.location.template does not end in ${PLACE_OF_HOUR}`);
  return { ...parseLocation(table, template.slice(0, -PLACE_OF_HOUR.length)), firstHour };
}

/**
 * Reads a table of the catalog. @throws StatementError that names a feature that the local Athena
 * does not support
 */
export function parseGlueTable(table: Table): GlueTable {
  const descriptor = table.StorageDescriptor ?? {};
  const keys = (table.PartitionKeys ?? []).map(({ Name }) => Name);
  const parameters = table.Parameters ?? {};
  if (keys.length > 0 && keys.join() !== 'dt')
    refuse(table, `it is partitioned by ${keys.join(', ')}, read here is dt`);
  const place =
    keys.length === 0
      ? parseLocation(table, descriptor.Location ?? '')
      : readProjection(table, parameters);
  const serde = descriptor.SerdeInfo?.Parameters ?? {};
  return {
    name: table.Name ?? '',
    format: formatOf(table),
    ...place,
    columns: (descriptor.Columns ?? []).map(({ Name: name = '' }) => ({
      name,
      source: serde[`mapping.${name}`] ?? name,
    })),
    ignoresMalformed: serde['ignore.malformed.json'] === 'true',
    headerLines: Number(parameters['skip.header.line.count'] ?? 0),
  };
}

/** The hour at which a projection begins: `firstHour` of a table at a time. */
export function resolveFirstHour(firstHour: string, nowMilliseconds: number): string {
  const [, days] = DAYS_AGO.exec(firstHour) ?? [];
  if (days === undefined) return firstHour;
  return partitionOf(nowMilliseconds - Number(days) * DAY_MILLISECONDS);
}

/** Lists every table of a database in the catalog. */
export async function listGlueTables(
  glue: Pick<GlueClient, 'send'>,
  database: string,
): Promise<readonly Table[]> {
  const tables: Table[] = [];
  let next: string | undefined;
  do {
    const page = await glue.send(new GetTablesCommand({ DatabaseName: database, NextToken: next }));
    tables.push(...(page.TableList ?? []));
    next = page.NextToken;
  } while (next !== undefined);
  return tables;
}
