import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '#configuration/environment';
import { type DistributionLogging, requireCookieSwitch } from '../edge/cookie-switch';
import type { ResourceOwner } from '../synthesis/resource-names';
import { EvidenceStore } from './evidence-store';
import { LogBucket } from './log-bucket';
import { describeLogs, LOG_PREFIXES } from './log-places';
import { V1LogStore } from './v1-log-store';

/** What `LogStores` is made from. */
export interface LogStoresProps extends ResourceOwner {
  readonly retention: 'keep' | 'delete';
  readonly logs: Environment['logs'];
  /** Version of the AWS provider that the stack asks for. */
  readonly providerVersion: string | undefined;
}

/** What a distribution needs to know of logs; nothing where deliveries without cookies are all. */
export interface DistributionLogs {
  readonly logging?: DistributionLogging;
  readonly waitFor?: readonly ITerraformDependable[];
}

/**
 * The buckets for logs that an environment asks for. Not a construct: the buckets are the stack's own, where
 * they have been since before there were others.
 */
export class LogStores {
  readonly bucket: LogBucket;
  readonly evidence: EvidenceStore | undefined;
  readonly #v1: V1LogStore | undefined;
  readonly #props: LogStoresProps;

  constructor(scope: Construct, props: LogStoresProps) {
    const { evidence, v1, bucketRetentionDays } = props.logs;
    this.#props = props;
    this.bucket = new LogBucket(scope, 'logs', { ...props, expirationDays: bucketRetentionDays });
    if (evidence !== undefined) {
      requireCookieSwitch({ ...props, v1IncludesCookies: v1?.includeCookies === true });
      const expirationDays = evidence.retentionDays;
      this.evidence = new EvidenceStore(scope, 'evidence', { ...props, expirationDays });
    }
    if (v1 !== undefined) {
      this.#v1 = new V1LogStore(scope, 'v1-logs', { ...props, expirationDays: v1.retentionDays });
    }
  }

  /** The distribution's part of legacy logging, and its switch for cookies. */
  get distributionLogs(): DistributionLogs {
    const { v1, evidence } = this.#props.logs;
    const includeCookies = evidence !== undefined || v1?.includeCookies === true;
    if (this.#v1 === undefined) return includeCookies ? { logging: { includeCookies } } : {};
    const { bucketDomainName, acl } = this.#v1;
    const legacy = { bucketDomainName, prefix: LOG_PREFIXES.v1 };
    return { logging: { includeCookies, v1: legacy }, waitFor: [acl] };
  }

  /** The deployment record's `logs`. */
  get description(): ReturnType<typeof describeLogs> {
    return describeLogs(this.#props.environmentName, {
      logs: this.bucket.bucketName,
      evidence: this.evidence?.bucketName,
      v1: this.#v1?.bucketName,
    });
  }
}
