import { CloudwatchLogDelivery } from '@cdktf/provider-aws/lib/cloudwatch-log-delivery';
import { CloudwatchLogDeliveryDestination } from '@cdktf/provider-aws/lib/cloudwatch-log-delivery-destination';
import { CloudwatchLogDeliverySource } from '@cdktf/provider-aws/lib/cloudwatch-log-delivery-source';
import type { ITerraformDependable, TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { EVIDENCE_FIELDS, type LogField, TRAFFIC_FIELDS } from '#analytics/fields';
import type { EvidenceStore } from './evidence-store';
import type { LogBucket } from './log-bucket';
import { accessLogSourceName, LOG_PREFIXES } from './log-places';

/**
 * Folders below the prefix: one a distribution, one an hour. Lower-case `distributionid`: Glue knows no other.
 * Not `year={yyyy}`: the API takes no text before a variable, and the partition key is one.
 */
const SUFFIX_PATH = '{distributionid}/{yyyy}/{MM}/{dd}/{HH}';

/** What `AccessLogDelivery` is made from. */
export interface AccessLogDeliveryProps {
  readonly environmentName: string;
  readonly distributionArn: string;
  /** Provider for us-east-1, where deliveries of CloudFront are made. */
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
 * Standard logging v2 of one distribution: its one source, and a delivery for each destination.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
 */
export class AccessLogDelivery extends Construct {
  readonly #props: AccessLogDeliveryProps;
  readonly #source: CloudwatchLogDeliverySource;
  #last: ITerraformDependable | undefined;

  constructor(scope: Construct, id: string, props: AccessLogDeliveryProps) {
    super(scope, id);
    this.#props = props;
    this.#source = new CloudwatchLogDeliverySource(this, 'source', {
      provider: props.edgeProvider,
      name: accessLogSourceName(props.environmentName),
      logType: 'ACCESS_LOGS',
      resourceArn: props.distributionArn,
    });
  }

  /** Every request, without anything that can be replayed (L-05). */
  deliverTraffic(to: LogBucket): void {
    this.#deliver('traffic', {
      bucketArn: to.bucketArn,
      prefix: LOG_PREFIXES.traffic,
      format: 'parquet',
      fields: TRAFFIC_FIELDS,
      dependsOn: [to.policy],
    });
  }

  /** What viewers presented, to be joined by request id. */
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
    const { terraformResourceType, friendlyUniqueId } = this.#source;
    const destination = new CloudwatchLogDeliveryDestination(this, `${id}-destination`, {
      provider,
      name: `${this.#props.environmentName}-${id}`,
      outputFormat: to.format,
      deliveryDestinationConfiguration: [
        // With a prefix in the ARN nothing is put before the suffix path: no AWSLogs/<account>/CloudFront/.
        { destinationResourceArn: `${to.bucketArn}/${to.prefix.replace(/\/$/, '')}` },
      ],
    });
    this.#last = new CloudwatchLogDelivery(this, id, {
      provider,
      deliverySourceName: this.#source.name,
      deliveryDestinationArn: destination.arn,
      recordFields: to.fields.map(({ name }) => name),
      s3DeliveryConfiguration: [{ suffixPath: SUFFIX_PATH, enableHiveCompatiblePath: false }],
      // CloudWatch takes one change to a source at a time.
      dependsOn: [...to.dependsOn, ...(this.#last === undefined ? [] : [this.#last])],
      // A new distribution makes a new source of the same name, and a source with deliveries cannot be deleted.
      lifecycle: { replaceTriggeredBy: [`${terraformResourceType}.${friendlyUniqueId}.arn`] },
    });
  }
}
