import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ISSUED_GRANT_FIELDS, LOG_FIELDS, TRAFFIC_FIELDS } from '../../analytics/fields';
import type { GeneratedRequest } from '../../analytics/generator/generate';
import {
  encodeTextLog,
  ParquetLogWriter,
  type LogRecord,
} from '../../analytics/records/encode-log-file';
import { clientSettings } from '../../local/aws/clients';
import type { ProcessEnvironment } from '../../local/aws/endpoints';
import { byHour, grantLines } from './compared-logs';

/** Bucket of every kind of log. */
export const BUCKET = 'compared-logs';
/** Name of the Glue database. */
export const DATABASE = 'compared_logs';
const EVIDENCE_FIELDS = LOG_FIELDS.filter(({ column }) =>
  ['x_edge_request_id', 'cs_uri_query', 'cs_cookie'].includes(column),
);

interface Aws {
  readonly s3: S3Client;
  readonly glue: GlueClient;
}

type Hours = ReadonlyMap<string, readonly GeneratedRequest[]>;

function recordsOf(requests: readonly GeneratedRequest[]): LogRecord[] {
  return requests.map(({ fields }) => fields);
}

async function upload({ s3 }: Aws, Key: string, Body: Buffer): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
}

async function uploadTraffic(aws: Aws, hours: Hours): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-parquet-'));
  const file = path.join(folder, 'hour.parquet');
  const writer = await ParquetLogWriter.create();
  for (const [hour, requests] of hours) {
    await writer.write(file, TRAFFIC_FIELDS, recordsOf(requests));
    await upload(aws, `traffic/${hour}/lines.parquet`, readFileSync(file));
  }
  writer.close();
  rmSync(folder, { recursive: true });
}

async function uploadLines(aws: Aws, hours: Hours): Promise<void> {
  for (const [hour, requests] of hours) {
    const evidence = encodeTextLog('v2-json', EVIDENCE_FIELDS, recordsOf(requests));
    await upload(aws, `evidence/${hour}/lines.gz`, evidence);
    await upload(aws, `issued-grants/${hour}/records.gz`, gzipSync(grantLines(requests)));
  }
}

interface TableDescription {
  readonly name: string;
  readonly prefix: string;
  readonly columns: readonly string[];
  readonly serde: string;
  readonly inputFormat: string;
  readonly outputFormat: string;
  readonly serdeParameters: Readonly<Record<string, string>>;
}

async function createTable({ glue }: Aws, table: TableDescription): Promise<void> {
  await glue.send(
    new CreateTableCommand({
      DatabaseName: DATABASE,
      TableInput: {
        Name: table.name,
        TableType: 'EXTERNAL_TABLE',
        PartitionKeys: [{ Name: 'dt', Type: 'string' }],
        Parameters: {
          EXTERNAL: 'TRUE',
          'projection.enabled': 'true',
          'projection.dt.type': 'date',
          'projection.dt.format': 'yyyy/MM/dd/HH',
          'projection.dt.range': '2026/11/01/00,NOW',
          'projection.dt.interval': '1',
          'projection.dt.interval.unit': 'HOURS',
          'storage.location.template': `s3://${BUCKET}/${table.prefix}/\${dt}/`,
        },
        StorageDescriptor: {
          Location: `s3://${BUCKET}/${table.prefix}/`,
          Columns: table.columns.map((Name) => ({ Name, Type: 'string' })),
          InputFormat: table.inputFormat,
          OutputFormat: table.outputFormat,
          SerdeInfo: {
            SerializationLibrary: table.serde,
            Parameters: { ...table.serdeParameters },
          },
        },
      },
    }),
  );
}

function jsonTable(
  name: string,
  prefix: string,
  fields: readonly { readonly column: string; readonly name: string }[],
): TableDescription {
  const mapping = fields.map((field) => [`mapping.${field.column}`, field.name] as const);
  return {
    name,
    prefix,
    columns: fields.map(({ column }) => column),
    serde: 'org.openx.data.jsonserde.JsonSerDe',
    inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    serdeParameters: Object.fromEntries(mapping),
  };
}

async function createTables(aws: Aws): Promise<void> {
  await aws.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DATABASE } }));
  await createTable(aws, {
    name: 'log_lines',
    prefix: 'traffic',
    columns: TRAFFIC_FIELDS.map(({ column }) => column),
    serde: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
    inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    serdeParameters: { 'serialization.format': '1' },
  });
  await createTable(aws, jsonTable('evidence_lines', 'evidence', EVIDENCE_FIELDS));
  await createTable(aws, jsonTable('issued_grants', 'issued-grants', ISSUED_GRANT_FIELDS));
}

/** Puts requests into the S3 and the Glue of an emulator, as the deliveries and Terraform would. */
export async function fillAws(
  environment: ProcessEnvironment,
  requests: readonly GeneratedRequest[],
): Promise<void> {
  const aws = {
    s3: new S3Client({ ...clientSettings(environment, 'S3'), forcePathStyle: true }),
    glue: new GlueClient(clientSettings(environment, 'GLUE')),
  };
  const hours = byHour(requests);
  await aws.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await uploadTraffic(aws, hours);
  await uploadLines(aws, hours);
  await createTables(aws);
}
