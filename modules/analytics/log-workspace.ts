import { Construct } from 'constructs';
import type { QueryDescription } from '#analytics/catalog';
import type { DeployedDistribution } from '../edge/deployed-distribution';
import {
  LOG_BUCKETS,
  LOG_PREFIXES,
  type LogBucketNames,
  type Readership,
  workspaceNames,
} from '../logs/log-places';
import { bucketName, type ResourceOwner } from '../synthesis/resource-names';
import { LogCatalog } from './log-catalog';
import { type LogAccess, LogReaders, type ReadableFolders, type ReaderTrust } from './log-readers';
import type { QueryResults } from './query-results';
import { QueryWorkgroup } from './query-workgroup';

/** What `LogWorkspace` is made from. */
export interface LogWorkspaceProps extends ResourceOwner {
  /** Who works here. */
  readonly readership: Readership;
  /** Who may assume the role. @default - nobody */
  readonly trust?: ReaderTrust;
  /** Distribution whose logs are read. */
  readonly distribution: Pick<DeployedDistribution, 'distributionId'>;
  /** Buckets that this readership may see; `analysts` never get the buckets with credentials. */
  readonly buckets: LogBucketNames;
  /** Days for which access logs and records of issued grants are kept. */
  readonly retentionDays: number;
  /** Days for which evidence is kept. @default - as long as access logs */
  readonly evidenceRetentionDays?: number | undefined;
  /** Where results of queries go. */
  readonly results: QueryResults;
  /** Megabytes (10^6 bytes) after which Athena ends a query: at least 11. */
  readonly scanLimitMegabytes: number;
  /** Queries that are saved in the workgroup. */
  readonly queries: readonly QueryDescription[];
}

/**
 * The database, the workgroup with its queries, and the role of one readership. Two readerships
 * share nothing,
 * not even results: analysts cannot read what evidence readers found.
 *
 * @example
 * new LogWorkspace(stack, 'analysts', {
 *   ...owner,
 *   readership: 'analysts',
 *   trust: { requireMfa: true },
 *   distribution,
 *   buckets: { logs: logBucket.bucketName },
 *   retentionDays: 90,
 *   results,
 *   scanLimitMegabytes: 10_000,
 *   queries: [],
 * });
 */
export class LogWorkspace extends Construct {
  /** What a principal needs to query this workspace. */
  readonly access: LogAccess;

  constructor(scope: Construct, id: string, props: LogWorkspaceProps) {
    super(scope, id);
    const { readership, buckets, results } = props;
    const names = workspaceNames(props.environmentName, readership);
    const { databaseName } = new LogCatalog(this, 'catalog', {
      databaseName: names.database,
      description: `Access logs of ${props.environmentName}, for ${readership}`,
      distributionId: props.distribution.distributionId,
      logBucketName: buckets.logs,
      evidenceBucketName: buckets.evidence,
      v1BucketName: buckets.v1,
      retentionDays: props.retentionDays,
      evidenceRetentionDays: props.evidenceRetentionDays,
    });
    const resultsPrefix = `${names.workgroup}/`;
    new QueryWorkgroup(this, 'workgroup', {
      name: names.workgroup,
      databaseName,
      resultsLocation: `s3://${results.bucketName}/${resultsPrefix}`,
      scanLimitMegabytes: props.scanLimitMegabytes,
      queries: props.queries,
    });
    const readsCredentials = readership === 'evidence-readers';
    this.access = {
      environmentName: props.environmentName,
      accountId: props.accountId,
      region: props.region,
      workgroupName: names.workgroup,
      databaseName: names.database,
      folders: readableFolders(buckets),
      results: { bucketArn: results.bucketArn, prefix: resultsPrefix },
    };
    new LogReaders(this, 'readers', {
      ...this.access,
      roleName: names.role,
      description: `Queries access logs of ${props.environmentName}`,
      ...(props.trust !== undefined && { trust: props.trust }),
      closedBucketArns: readsCredentials ? [] : credentialBucketArns(props),
      decrypts: readsCredentials,
    });
  }
}

function readableFolders({ logs, evidence, v1 }: LogBucketNames): ReadableFolders[] {
  const { traffic, issuedGrants, none } = LOG_PREFIXES;
  return [
    { bucketArn: arnOf(logs), prefixes: [traffic, issuedGrants, none] },
    ...(evidence === undefined
      ? []
      : [{ bucketArn: arnOf(evidence), prefixes: [LOG_PREFIXES.evidence] }]),
    ...(v1 === undefined ? [] : [{ bucketArn: arnOf(v1), prefixes: [LOG_PREFIXES.v1] }]),
  ];
}

/** By name, so that the role is closed to them before there are any. */
function credentialBucketArns(owner: ResourceOwner): string[] {
  return [LOG_BUCKETS.evidence, LOG_BUCKETS.v1].map((part) => arnOf(bucketName(owner, part)));
}

function arnOf(name: string): string {
  return `arn:aws:s3:::${name}`;
}
