import { GlueCatalogTable } from '@cdktf/provider-aws/lib/glue-catalog-table';
import { Construct } from 'constructs';

/** The partition key of every table: an hour in UTC, `yyyy/MM/dd/HH`. */
const PARTITION_KEY = 'dt';
/**
 * Days after its retention for which an object can still be there: S3 rounds the end up to the next
 * midnight, and a log can arrive a day after its hour.
 */
const DAYS_AFTER_RETENTION = 2;

/** One column. Every column is text, because a log may hold `-` in place of a number. */
export interface LogColumn {
  readonly name: string;
  readonly comment: string;
}

/** How the objects of a table are read. */
export interface LogTableFormat {
  readonly inputFormat: string;
  readonly outputFormat: string;
  readonly serializationLibrary: string;
  readonly serdeParameters: Readonly<Record<string, string>>;
  readonly tableParameters: Readonly<Record<string, string>>;
}

const TEXT_INPUT = 'org.apache.hadoop.mapred.TextInputFormat';
const TEXT_OUTPUT = 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat';

/** Parquet as standard logging v2 writes it. */
export const PARQUET_FORMAT: LogTableFormat = {
  inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
  serdeParameters: { 'serialization.format': '1' },
  tableParameters: { classification: 'parquet' },
};

/**
 * One JSON object in each line. Keys are case-sensitive, and every column maps to its key: without
 * a mapping the reader would look for the key in lower case and find nothing.
 *
 * @param keys the key of each column
 */
export function jsonFormat(keys: Readonly<Record<string, string>>): LogTableFormat {
  const mappings = Object.entries(keys)
    .filter(([column, key]) => column !== key)
    .map(([column, key]) => [`mapping.${column}`, key]);
  return {
    inputFormat: TEXT_INPUT,
    outputFormat: TEXT_OUTPUT,
    serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
    serdeParameters: {
      'case.insensitive': 'false',
      // A line that was cut off is skipped; the query goes on.
      'ignore.malformed.json': 'true',
      ...(Object.fromEntries(mappings) as Record<string, string>),
    },
    tableParameters: { classification: 'json' },
  };
}

/** Tab-separated text with two header lines, as legacy logging writes it. */
export const V1_FORMAT: LogTableFormat = {
  inputFormat: TEXT_INPUT,
  outputFormat: TEXT_OUTPUT,
  serializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
  serdeParameters: { 'field.delim': '\t', 'serialization.format': '\t' },
  tableParameters: { 'skip.header.line.count': '2' },
};

/** What `LogTable` is made from. */
export interface LogTableProps {
  /** Glue database of the table. */
  readonly databaseName: string;
  /** Name of the table: a-z 0-9 and _. */
  readonly name: string;
  /** Description of the table. */
  readonly description: string;
  /** Columns in the order of the log. */
  readonly columns: readonly LogColumn[];
  /** How objects are read. */
  readonly format: LogTableFormat;
  /**
   * `s3://bucket/prefix/`. Below it is one folder for each hour, or all objects when not
   * partitioned.
   */
  readonly location: string;
  /**
   * Days for which objects are kept, when there is one folder for each hour: older hours are not
   * looked for.
   *
   * @default - there are no folders: a query reads all objects
   */
  readonly retentionDays?: number | undefined;
}

/**
 * A Glue table over logs. Athena computes the partitions (partition projection), so a new hour
 * needs no registration. A query that names its hours (`dt`) reads only these.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
 */
export class LogTable extends Construct {
  /** The underlying Glue table. */
  readonly resource: GlueCatalogTable;

  constructor(scope: Construct, id: string, props: LogTableProps) {
    super(scope, id);
    const { format, retentionDays } = props;
    const partitioned = retentionDays !== undefined;
    this.resource = new GlueCatalogTable(this, 'table', {
      databaseName: props.databaseName,
      name: props.name,
      description: props.description,
      tableType: 'EXTERNAL_TABLE',
      parameters: {
        EXTERNAL: 'TRUE',
        ...format.tableParameters,
        ...(partitioned && projectHours(props.location, retentionDays)),
      },
      ...(partitioned && {
        partitionKeys: [{ name: PARTITION_KEY, type: 'string', comment: 'hour, UTC' }],
      }),
      storageDescriptor: {
        location: props.location,
        inputFormat: format.inputFormat,
        outputFormat: format.outputFormat,
        columns: props.columns.map((column) => ({ ...column, type: 'string' })),
        serDeInfo: {
          serializationLibrary: format.serializationLibrary,
          parameters: format.serdeParameters,
        },
      },
    });
  }
}

function projectHours(location: string, retentionDays: number): Record<string, string> {
  return {
    'projection.enabled': 'true',
    [`projection.${PARTITION_KEY}.type`]: 'date',
    [`projection.${PARTITION_KEY}.format`]: 'yyyy/MM/dd/HH',
    [`projection.${PARTITION_KEY}.range`]: `NOW-${retentionDays + DAYS_AFTER_RETENTION}DAYS,NOW`,
    [`projection.${PARTITION_KEY}.interval`]: '1',
    [`projection.${PARTITION_KEY}.interval.unit`]: 'HOURS',
    // Terraform reads `$${` as a literal `${`, which Athena needs here.
    'storage.location.template': `${location}$\${${PARTITION_KEY}}/`,
  };
}
