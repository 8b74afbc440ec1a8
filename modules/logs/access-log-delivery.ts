import { CloudwatchLogDelivery } from '@cdktf/provider-aws/lib/cloudwatch-log-delivery';
import { CloudwatchLogDeliveryDestination } from '@cdktf/provider-aws/lib/cloudwatch-log-delivery-destination';
import { CloudwatchLogDeliverySource } from '@cdktf/provider-aws/lib/cloudwatch-log-delivery-source';
import type { ITerraformDependable, TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { EVIDENCE_FIELDS, type LogField, TRAFFIC_FIELDS } from '#analytics/fields';
import type { ContentDistribution } from '../edge/content-distribution';
import { resourceName } from '../synthesis/resource-names';
import type { EvidenceStore } from './evidence-store';
import type { LogBucket } from './log-bucket';
import { accessLogSourceName, LOG_PREFIXES } from './log-places';

/**
 * Folders below the prefix: one for each distribution, then one for each hour. Glue needs
 * `distributionid` in lower case. `year={yyyy}` is not possible, because the API allows no text
 * before a variable.
 */
const SUFFIX_PATH = '{distributionid}/{yyyy}/{MM}/{dd}/{HH}';

/** What `AccessLogDelivery` is made from. */
export interface AccessLogDeliveryProps {
  /** Prefix of the names of all resources. */
  readonly environmentName: string;
  /** Distribution whose requests are logged. */
  readonly distribution: Pick<ContentDistribution, 'distributionArn'>;
  /** Provider for us-east-1, where CloudFront's log deliveries must be made. */
  readonly edgeProvider: TerraformProvider;
}

/** Where one kind of records goes. */
interface LogDestination {
  readonly bucketArn: string;
  /** Folder in the bucket, with its slash. */
  readonly prefix: string;
  readonly format: 'parquet' | 'json';
  /** Fields in the order in which they are written. */
  readonly fields: readonly LogField[];
  /** Policies that let the delivery write. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Standard logging v2 of one distribution: one source, and one delivery for each destination.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
 *
 * @example
 * const delivery = new AccessLogDelivery(stack, 'access-logs', {
 *   environmentName: 'production',
 *   distribution,
 *   edgeProvider,
 * });
 * delivery.deliverTraffic(logBucket);
 */
export class AccessLogDelivery extends Construct {
  /** The underlying delivery source. */
  readonly resource: CloudwatchLogDeliverySource;
  readonly #props: AccessLogDeliveryProps;
  #last: ITerraformDependable | undefined;

  constructor(scope: Construct, id: string, props: AccessLogDeliveryProps) {
    super(scope, id);
    this.#props = props;
    this.resource = new CloudwatchLogDeliverySource(this, 'source', {
      provider: props.edgeProvider,
      name: accessLogSourceName(props.environmentName),
      logType: 'ACCESS_LOGS',
      resourceArn: props.distribution.distributionArn,
    });
  }

  /** Logs every request, without cookies and query strings, which could be used again (L-05). */
  deliverTraffic(to: LogBucket): void {
    this.#deliver('traffic', {
      bucketArn: to.bucketArn,
      prefix: LOG_PREFIXES.traffic,
      format: 'parquet',
      fields: TRAFFIC_FIELDS,
      dependsOn: [to.policy],
    });
  }

  /** Logs what viewers presented: cookies and query strings, by request id. */
  deliverEvidence(to: EvidenceStore): void {
    this.#deliver('evidence', {
      bucketArn: to.bucketArn,
      prefix: LOG_PREFIXES.evidence,
      format: 'json',
      fields: EVIDENCE_FIELDS,
      dependsOn: to.policies,
    });
  }

  #deliver(id: string, to: LogDestination): void {
    const provider = this.#props.edgeProvider;
    const { terraformResourceType, friendlyUniqueId } = this.resource;
    const destination = new CloudwatchLogDeliveryDestination(this, `${id}-destination`, {
      provider,
      name: resourceName(this.#props.environmentName, id),
      outputFormat: to.format,
      deliveryDestinationConfiguration: [
        // With a prefix in the ARN, AWS does not put AWSLogs/<account>/CloudFront/ before the
        // suffix path.
        { destinationResourceArn: `${to.bucketArn}/${to.prefix.replace(/\/$/, '')}` },
      ],
    });
    this.#last = new CloudwatchLogDelivery(this, id, {
      provider,
      deliverySourceName: this.resource.name,
      deliveryDestinationArn: destination.arn,
      recordFields: to.fields.map(({ name }) => name),
      s3DeliveryConfiguration: [{ suffixPath: SUFFIX_PATH, enableHiveCompatiblePath: false }],
      // CloudWatch Logs accepts one change to a source at a time.
      dependsOn: [...to.dependsOn, ...(this.#last === undefined ? [] : [this.#last])],
      // A source with deliveries cannot be deleted, so a replaced source replaces its deliveries
      // first.
      lifecycle: { replaceTriggeredBy: [`${terraformResourceType}.${friendlyUniqueId}.arn`] },
    });
  }
}
