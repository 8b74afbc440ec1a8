import type { DeploymentRecord } from '#configuration/deployment-record';
import { EDGE_REGION } from '#core/contract/edge-region';
import {
  resourceName,
  type ResourceOwner,
  roleArn,
  underscoredName,
} from '../synthesis/resource-names';

/**
 * Folder of each kind of log in its bucket; writers, policies, tables and readers use the same
 * names.
 */
export const LOG_PREFIXES = {
  traffic: 'traffic/',
  issuedGrants: 'issued-grants/',
  evidence: 'evidence/',
  v1: 'v1/',
  /** Records that could not be delivered to `issued-grants/`; the path names the reason. */
  failedGrants: 'failed/issued-grants/',
  /** An empty folder: the table of evidence points here when no evidence is delivered. */
  none: 'no-evidence/',
} as const;

/** Parts of the names of buckets, for `bucketName`. */
export const LOG_BUCKETS = {
  logs: 'logs',
  evidence: 'evidence',
  /** Who requested objects of the bucket of evidence. */
  evidenceReads: 'evidence-reads',
  v1: 'logs-v1',
  results: 'results',
} as const;

/** Name of the one delivery source that a distribution can have. */
export function accessLogSourceName(environmentName: string): string {
  return resourceName(environmentName, 'access-logs');
}

/**
 * ARN of the delivery source. It is built from names, so that policies do not wait for the source.
 */
export function accessLogSourceArn(owner: ResourceOwner): string {
  const name = accessLogSourceName(owner.environmentName);
  return `arn:aws:logs:${EDGE_REGION}:${owner.accountId}:delivery-source:${name}`;
}

/** Who reads logs. Evidence readers see cookies and query strings too; analysts do not. */
export type Readership = 'analysts' | 'evidence-readers';

/** Names of the resources of one readership. */
export interface WorkspaceNames {
  /** Glue database. */
  readonly database: string;
  /** Athena workgroup, and the folder of its results. */
  readonly workgroup: string;
  /** IAM role. */
  readonly role: string;
}

/** Names of a readership's database, workgroup and role in one environment. */
export function workspaceNames(environmentName: string, readership: Readership): WorkspaceNames {
  const part = readership === 'analysts' ? 'logs' : 'evidence';
  return {
    // Glue takes no hyphen.
    database: underscoredName(environmentName, part),
    workgroup: resourceName(environmentName, readership),
    role: resourceName(environmentName, readership),
  };
}

/** ARN of the only role that may decrypt evidence. */
export function evidenceReaderArn(owner: ResourceOwner): string {
  return roleArn(owner, workspaceNames(owner.environmentName, 'evidence-readers').role);
}

/** Names of the buckets that an environment has. */
export interface LogBucketNames {
  readonly logs: string;
  /** @default - no evidence delivery */
  readonly evidence?: string | undefined;
  /** @default - no legacy logging */
  readonly v1?: string | undefined;
}

/**
 * The part of the deployment record about logs. It names the workgroup that sees most; IAM decides
 * who may use it.
 */
export function describeLogs(
  environmentName: string,
  { logs, evidence, v1 }: LogBucketNames,
): DeploymentRecord['logs'] {
  const readership = evidence === undefined ? 'analysts' : 'evidence-readers';
  const { database, workgroup } = workspaceNames(environmentName, readership);
  return {
    traffic: { bucket: logs, prefix: LOG_PREFIXES.traffic },
    issuedGrants: { bucket: logs, prefix: LOG_PREFIXES.issuedGrants },
    ...(evidence !== undefined && {
      evidence: { bucket: evidence, prefix: LOG_PREFIXES.evidence },
    }),
    ...(v1 !== undefined && { v1: { bucket: v1, prefix: LOG_PREFIXES.v1 } }),
    database,
    workgroup,
  };
}
