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
  readonly name: string;
  readonly databaseName: string;
  /** Where results go, `s3://bucket/folder/`; they are encrypted with keys of S3. */
  readonly resultsLocation: string;
  /** Megabytes (10^6 bytes) after which Athena ends a query. */
  readonly scanLimitMegabytes: number;
  readonly queries: readonly QueryDescription[];
}

/**
 * An Athena workgroup that decides where results go and how much a query may read, whatever a client asks for
 * (L-03), and in it every query twice: to be opened in the console, and to be run with values.
 */
export class QueryWorkgroup extends Construct {
  readonly #props: QueryWorkgroupProps;
  readonly #name: string;

  constructor(scope: Construct, id: string, props: QueryWorkgroupProps) {
    super(scope, id);
    this.#props = props;
    this.#name = this.#createWorkgroup();
    for (const query of props.queries) this.#addQuery(query);
  }

  #createWorkgroup(): string {
    const { name, resultsLocation, scanLimitMegabytes } = this.#props;
    return new AthenaWorkgroup(this, 'workgroup', {
      name,
      description: 'Queries over access logs',
      // A history of queries must not stand in the way of `destroy`.
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
    }).name;
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

/** Text in which Terraform finds nothing to fill in. */
export function plainText(text: string): string {
  return text.replace(/([$%])\{/g, '$1$1{');
}
