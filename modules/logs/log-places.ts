import type { DeploymentRecord } from '#configuration/deployment-record';
import { type ResourceOwner, roleArn } from '../synthesis/resource-names';

/** Where CloudFront's deliveries are made, whatever the region of the bucket. */
const DELIVERY_REGION = 'us-east-1';

/** Folder of each kind of log in its bucket. Writers, policies, tables and readers agree on them. */
export const LOG_PREFIXES = {
  traffic: 'traffic/',
  issuedGrants: 'issued-grants/',
  evidence: 'evidence/',
  v1: 'v1/',
  /** What could not be delivered to `issued-grants/`, with the reason in its path. */
  failedGrants: 'failed/issued-grants/',
  /** Where nothing is ever written: the evidence of who has none. */
  none: 'no-evidence/',
} as const;

/** Parts of the names of buckets, for `bucketName`. */
export const LOG_BUCKETS = {
  logs: 'logs',
  evidence: 'evidence',
  v1: 'logs-v1',
  results: 'results',
} as const;

/** Name of the one delivery source that a distribution can have. */
export function accessLogSourceName(environmentName: string): string {
  return `${environmentName}-access-logs`;
}

/** ARN of the delivery source: named before it exists, so that policies need not wait for it. */
export function accessLogSourceArn(owner: ResourceOwner): string {
  const name = accessLogSourceName(owner.environmentName);
  return `arn:aws:logs:${DELIVERY_REGION}:${owner.accountId}:delivery-source:${name}`;
}

/** Who may look: analysts at what cannot be replayed, evidence readers at cookies and query strings too. */
export type Readership = 'analysts' | 'evidence-readers';

/** Names of what one readership works with. */
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
    database: `${environmentName.replaceAll('-', '_')}_${part}`,
    workgroup: `${environmentName}-${readership}`,
    role: `${environmentName}-${readership}`,
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

/** What the deployment record says about logs. Queries go where most can be seen; IAM says who may. */
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
