import type { ITerraformDependable, TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { requireCookieSwitch } from '#configuration/cookie-switch';
import type { DeploymentRecord } from '#configuration/deployment-record';
import type { Environment } from '#configuration/environment';
import type { ContentDistribution } from '../edge/content-distribution';
import type { DistributionLogging } from '../edge/distribution-logging';
import { forgetFamily, type Retention } from '../synthesis/kept-family';
import type { ResourceOwner } from '../synthesis/resource-names';
import { AccessLogDelivery } from './access-log-delivery';
import { EvidenceStore } from './evidence-store';
import { IssuedGrantDelivery } from './issued-grant-delivery';
import { LogBucket } from './log-bucket';
import type { LogGroup } from './log-group';
import { describeLogs, LOG_PREFIXES } from './log-places';
import { V1LogStore } from './v1-log-store';
import { type WebAclLogChoice, WebAclLogs } from './web-acl-logs';

/** What `AccessLogs` is made from. */
export interface AccessLogsProps extends ResourceOwner {
  /**
   * `keep`: the buckets stay, with all their settings. `delete`: they go, with everything in them.
   */
  readonly retention: Retention;
  /** The environment's `logs`: which logs are delivered, and for how many days they are kept. */
  readonly logs: Environment['logs'];
  /**
   * Version of the AWS provider that the stack asks for, e.g. `5.100.0`; undefined when not known.
   */
  readonly providerVersion: string | undefined;
}

/** The part of logging that a distribution must be made with. */
export interface DistributionLogs {
  /**
   * Legacy logging, and whether logs hold cookies. @default - no legacy logging, no cookies in
   * logs
   */
  readonly logging?: DistributionLogging;
  /** What must be there before the distribution. @default - nothing */
  readonly waitFor?: readonly ITerraformDependable[];
}

/** Sources of the logs. */
export interface LogSources {
  /** Distribution whose requests are logged. */
  readonly distribution: Pick<ContentDistribution, 'distributionArn'>;
  /** Log group of the records of issued grants. */
  readonly issuedGrants: Pick<LogGroup, 'logGroupName'>;
  /** Provider for us-east-1, where CloudFront's log deliveries must be made. */
  readonly edgeProvider: TerraformProvider;
  /**
   * The web ACL that was created for the distribution, and what it logs. @default - no logs of one
   */
  readonly webAcl?: {
    readonly arn: string | undefined;
    readonly logs: NonNullable<Environment['webAcl']>['logs'];
  };
}

/** The address of a log group does not depend on what is logged. */
const ANY_CHOICE: WebAclLogChoice = { requests: 'all', retentionDays: 1 };

/**
 * The buckets for logs and the deliveries into them. The buckets are made first, because a
 * distribution with
 * legacy logging needs its bucket; call `deliver` once the distribution is known.
 *
 * @example
 * const accessLogs = new AccessLogs(stack, 'logs', {
 *   ...owner,
 *   retention: 'keep',
 *   logs: environment.logs,
 *   providerVersion: '5.100.0',
 * });
 * accessLogs.deliver({ distribution, issuedGrants: session.issuedGrants, edgeProvider });
 */
export class AccessLogs extends Construct {
  readonly bucket: LogBucket;
  /** Undefined when no evidence is delivered. */
  readonly evidence: EvidenceStore | undefined;
  readonly #v1: V1LogStore | undefined;
  readonly #streamNames: string[] = [];
  readonly #props: AccessLogsProps;

  constructor(scope: Construct, id: string, props: AccessLogsProps) {
    super(scope, id);
    const { bucketRetentionDays, objectLock } = props.logs;
    this.#props = props;
    this.bucket = new LogBucket(this, 'bucket', {
      ...props,
      expirationDays: bucketRetentionDays,
      objectLock,
    });
    this.evidence = this.#createEvidence();
    this.#v1 = this.#createV1();
  }

  #createEvidence(): EvidenceStore | undefined {
    const { evidence, v1, bucketRetentionDays } = this.#props.logs;
    const create = (scope: Construct, days: number, accessLog: boolean): EvidenceStore =>
      new EvidenceStore(scope, 'evidence', {
        ...this.#props,
        expirationDays: days,
        ...(accessLog && { accessLogDays: bucketRetentionDays }),
      });
    if (evidence !== undefined) {
      requireCookieSwitch({ ...this.#props, v1IncludesCookies: v1?.includeCookies === true });
      return create(this, evidence.retentionDays, evidence.accessLog);
    }
    this.#forget((shadow) => create(shadow, 1, true));
    return undefined;
  }

  #createV1(): V1LogStore | undefined {
    const { v1 } = this.#props.logs;
    const create = (scope: Construct, expirationDays: number): V1LogStore =>
      new V1LogStore(scope, 'v1', { ...this.#props, expirationDays });
    if (v1 !== undefined) return create(this, v1.retentionDays);
    this.#forget((shadow) => create(shadow, 1));
    return undefined;
  }

  #forget(build: (shadow: Construct) => void): void {
    if (this.#props.retention === 'keep') forgetFamily(this, build);
  }

  /** What the distribution must be made with. */
  get distributionLogs(): DistributionLogs {
    const { v1, evidence } = this.#props.logs;
    const includeCookies = evidence !== undefined || v1?.includeCookies === true;
    if (this.#v1 === undefined) return includeCookies ? { logging: { includeCookies } } : {};
    const { bucketDomainName, acl } = this.#v1;
    const legacy = { bucketDomainName, prefix: LOG_PREFIXES.v1 };
    return { logging: { includeCookies, v1: legacy }, waitFor: [acl] };
  }

  /** The member `logs` of the deployment record. */
  get description(): DeploymentRecord['logs'] {
    return describeLogs(this.#props.environmentName, {
      logs: this.bucket.bucketName,
      evidence: this.evidence?.bucketName,
      v1: this.#v1?.bucketName,
    });
  }

  /** Names of the Firehose streams that deliver logs; none before `deliver` is called. */
  get streamNames(): readonly string[] {
    return this.#streamNames;
  }

  /** Delivers the requests of a distribution and the records of issued grants into the buckets. */
  deliver({ distribution, issuedGrants, edgeProvider, webAcl }: LogSources): void {
    const { environmentName } = this.#props;
    const delivery = new AccessLogDelivery(this, 'requests', {
      environmentName,
      distribution,
      edgeProvider,
    });
    delivery.deliverTraffic(this.bucket);
    if (this.evidence !== undefined) delivery.deliverEvidence(this.evidence);
    const grants = new IssuedGrantDelivery(this, 'issued-grants', {
      ...this.#props,
      logGroup: issuedGrants,
      bucket: this.bucket,
    });
    this.#streamNames.push(grants.streamName);
    const logWebAcl = (scope: Construct, webAclArn: string, choice: WebAclLogChoice): WebAclLogs =>
      new WebAclLogs(scope, 'web-acl', { ...this.#props, ...choice, webAclArn, edgeProvider });
    if (webAcl?.arn !== undefined && webAcl.logs !== undefined) {
      const { requests, retentionDays } = webAcl.logs;
      logWebAcl(this, webAcl.arn, { requests, retentionDays });
    } else {
      this.#forget((shadow) => logWebAcl(shadow, '', ANY_CHOICE));
    }
  }
}
