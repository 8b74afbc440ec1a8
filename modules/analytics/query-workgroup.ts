import { AthenaNamedQuery } from '@cdktf/provider-aws/lib/athena-named-query';
import { AthenaPreparedStatement } from '@cdktf/provider-aws/lib/athena-prepared-statement';
import { AthenaWorkgroup } from '@cdktf/provider-aws/lib/athena-workgroup';
import { Construct } from 'constructs';
import type { QueryDescription } from '#analytics/catalog';
import { prepareStatement, renderConsoleText } from '#analytics/render-query';

const BYTES_PER_MEGABYTE = 1_000_000;
const ENGINE_VERSION = 'Athena engine version 3';

/** What `QueryWorkgroup` is made from. */
export interface QueryWorkgroupProps {
  /** Name of the workgroup. */
  readonly name: string;
  /** Glue database that the queries read. */
  readonly databaseName: string;
  /** Where results go, `s3://bucket/folder/`; they are encrypted with keys of S3. */
  readonly resultsLocation: string;
  /** Megabytes (10^6 bytes) after which Athena ends a query. */
  readonly scanLimitMegabytes: number;
  /** Queries that are saved in the workgroup. */
  readonly queries: readonly QueryDescription[];
}

/**
 * An Athena workgroup that enforces where results go and how much a query may read, whatever a
 * client asks for (L-03). Every query is saved twice: as a named query for the console, and as a
 * prepared statement that takes values.
 *
 * @example
 * new QueryWorkgroup(stack, 'workgroup', {
 *   name: 'edgepass-production-analysts',
 *   databaseName: 'edgepass_production_logs',
 *   resultsLocation: 's3://results/analysts/',
 *   scanLimitMegabytes: 10_000,
 *   queries: [],
 * });
 */
export class QueryWorkgroup extends Construct {
  /** The underlying workgroup. */
  readonly resource: AthenaWorkgroup;
  readonly #props: QueryWorkgroupProps;
  readonly #name: string;

  constructor(scope: Construct, id: string, props: QueryWorkgroupProps) {
    super(scope, id);
    this.#props = props;
    this.resource = this.#createWorkgroup();
    this.#name = this.resource.name;
    for (const query of props.queries) this.#addQuery(query);
  }

  #createWorkgroup(): AthenaWorkgroup {
    const { name, resultsLocation, scanLimitMegabytes } = this.#props;
    return new AthenaWorkgroup(this, 'workgroup', {
      name,
      description: 'Queries over access logs',
      // Otherwise Athena refuses to delete a workgroup that has a history.
      forceDestroy: true,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: scanLimitMegabytes * BYTES_PER_MEGABYTE,
        engineVersion: { selectedEngineVersion: ENGINE_VERSION },
        resultConfiguration: {
          outputLocation: resultsLocation,
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
  }

  #addQuery(query: QueryDescription): void {
    new AthenaNamedQuery(this, `query-${query.name}`, {
      name: query.name,
      description: query.question,
      database: this.#props.databaseName,
      workgroup: this.#name,
      query: plainText(renderConsoleText(query)),
    });
    const { sql, order } = prepareStatement(query);
    new AthenaPreparedStatement(this, `statement-${query.name}`, {
      name: preparedStatementName(query.name),
      description: `${query.question} Values in order: ${order.join(', ')}`,
      workgroup: this.#name,
      queryStatement: plainText(sql),
    });
  }
}

/** Name under which a query is prepared: a hyphen would have to be quoted in `EXECUTE`. */
export function preparedStatementName(queryName: string): string {
  return queryName.replaceAll('-', '_');
}

/** Escapes a text so that Terraform does not look for references in it. */
export function plainText(text: string): string {
  return text.replace(/([$%])\{/g, '$1$1{');
}
