import { GlueCatalogDatabase } from '@cdktf/provider-aws/lib/glue-catalog-database';
import { Construct } from 'constructs';
import { EVIDENCE_FIELDS, ISSUED_GRANT_FIELDS, TRAFFIC_FIELDS, V1_FIELDS } from '#analytics/fields';
import { LOG_PREFIXES } from '../logs/log-places';
import {
  jsonFormat,
  type LogColumn,
  LogTable,
  type LogTableFormat,
  PARQUET_FORMAT,
  V1_FORMAT,
} from './log-table';

/** A field as the field table describes it. */
interface Field {
  readonly name: string;
  readonly column: string;
  readonly description: string;
}

/** What `LogCatalog` is made from. */
export interface LogCatalogProps {
  /** Name of the Glue database: a-z 0-9 and _. */
  readonly databaseName: string;
  /** Description of the database. */
  readonly description: string;
  /** Distribution whose logs are read. */
  readonly distributionId: string;
  /** Bucket with access logs and records of issued grants. */
  readonly logBucketName: string;
  /** Bucket with evidence. @default - the table of evidence exists and is empty */
  readonly evidenceBucketName?: string | undefined;
  /** Bucket with legacy logs. @default - there is no table of legacy logs */
  readonly v1BucketName?: string | undefined;
  /** Days for which access logs and records of issued grants are kept. */
  readonly retentionDays: number;
  /** Days for which evidence is kept. @default - as long as access logs */
  readonly evidenceRetentionDays?: number | undefined;
}

/**
 * The database that queries read. Every environment has the same three tables, so a query is the
 * same whatever is delivered. Legacy logs have a table of their own, which no query reads: its
 * objects are in no folders, so every query would read all of them, and the same requests are in
 * `log_lines`.
 *
 * @example
 * const catalog = new LogCatalog(stack, 'catalog', {
 *   databaseName: 'edgepass_production_logs',
 *   description: 'Access logs',
 *   distributionId: distribution.distributionId,
 *   logBucketName: logBucket.bucketName,
 *   retentionDays: 90,
 * });
 */
export class LogCatalog extends Construct {
  /** The underlying Glue database. */
  readonly resource: GlueCatalogDatabase;
  readonly databaseName: string;

  constructor(scope: Construct, id: string, props: LogCatalogProps) {
    super(scope, id);
    const { databaseName: name, description, retentionDays } = props;
    this.resource = new GlueCatalogDatabase(this, 'database', { name, description });
    this.databaseName = this.resource.name;
    this.#createTable('log_lines', {
      description: 'Requests that CloudFront served or refused; nothing that can be replayed',
      fields: TRAFFIC_FIELDS,
      format: PARQUET_FORMAT,
      location: `s3://${props.logBucketName}/${LOG_PREFIXES.traffic}${props.distributionId}/`,
      retentionDays,
    });
    this.#createTable('evidence_lines', {
      description: 'What viewers presented, by request id; empty where it is not delivered',
      fields: EVIDENCE_FIELDS,
      format: jsonFormat(keysOf(EVIDENCE_FIELDS)),
      location: evidenceLocation(props),
      retentionDays: props.evidenceRetentionDays ?? retentionDays,
    });
    this.#createTable('issued_grants', {
      description: 'Grants that were handed out: to whom, for what, and their fingerprints',
      fields: ISSUED_GRANT_FIELDS,
      format: jsonFormat(keysOf(ISSUED_GRANT_FIELDS)),
      location: `s3://${props.logBucketName}/${LOG_PREFIXES.issuedGrants}`,
      retentionDays,
    });
    if (props.v1BucketName !== undefined) this.#createLegacyTable(props.v1BucketName);
  }

  #createLegacyTable(bucketName: string): void {
    this.#createTable('v1_lines', {
      description: 'Legacy logs of the same requests; every query reads all of them',
      fields: V1_FIELDS,
      format: V1_FORMAT,
      location: `s3://${bucketName}/${LOG_PREFIXES.v1}`,
    });
  }

  #createTable(
    name: string,
    table: {
      description: string;
      fields: readonly Field[];
      format: LogTableFormat;
      location: string;
      retentionDays?: number;
    },
  ): void {
    const { fields, ...rest } = table;
    new LogTable(this, name, {
      ...rest,
      name,
      databaseName: this.databaseName,
      columns: fields.map(toColumn),
    });
  }
}

/** Folders of one distribution, or the ones that stay empty. */
function evidenceLocation(props: LogCatalogProps): string {
  const { evidenceBucketName, logBucketName, distributionId } = props;
  return evidenceBucketName === undefined
    ? `s3://${logBucketName}/${LOG_PREFIXES.none}`
    : `s3://${evidenceBucketName}/${LOG_PREFIXES.evidence}${distributionId}/`;
}

function keysOf(fields: readonly Field[]): Record<string, string> {
  return Object.fromEntries(fields.map(({ column, name }) => [column, name]));
}

function toColumn({ column, description }: Field): LogColumn {
  return { name: column, comment: description };
}
