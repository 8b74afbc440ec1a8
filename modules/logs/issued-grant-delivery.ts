import { CloudwatchLogSubscriptionFilter } from '@cdktf/provider-aws/lib/cloudwatch-log-subscription-filter';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { KinesisFirehoseDeliveryStream } from '@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import { resourceName, type ResourceOwner } from '../synthesis/resource-names';
import type { LogBucket } from './log-bucket';
import type { LogGroup } from './log-group';
import { LOG_PREFIXES } from './log-places';

const BUFFER_SECONDS = 300;
const BUFFER_MEBIBYTES = 5;
const HOUR_FOLDER = '!{timestamp:yyyy/MM/dd/HH}/';

/** What `IssuedGrantDelivery` is made from. */
export interface IssuedGrantDeliveryProps extends ResourceOwner {
  /** Log group of the records. */
  readonly logGroup: Pick<LogGroup, 'logGroupName'>;
  /** Bucket that gets the copies. */
  readonly bucket: Pick<LogBucket, 'bucketArn'>;
}

interface ServiceRoleInput {
  readonly service: string;
  /** Under which the service acts for this environment and nobody else. */
  readonly condition: NonNullable<PolicyStatement['Condition']>;
  readonly permissions: readonly PolicyStatement[];
}

interface ServiceRole {
  readonly arn: string;
  readonly permissions: ITerraformDependable;
}

/**
 * Copies the records of issued grants from their log group to the log bucket, where the access logs
 * are. The objects are gzip with one JSON object in each line, in one folder for each hour. The
 * hour is the hour of arrival, some minutes after the record at most.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/writing-with-cloudwatch-logs.html
 *
 * @example
 * new IssuedGrantDelivery(stack, 'issued-grants', {
 *   ...owner,
 *   logGroup: session.issuedGrants,
 *   bucket: logBucket,
 * });
 */
export class IssuedGrantDelivery extends Construct {
  /** The underlying Firehose stream. */
  readonly resource: KinesisFirehoseDeliveryStream;
  readonly streamName: string;
  readonly #props: IssuedGrantDeliveryProps;
  readonly #name: string;

  constructor(scope: Construct, id: string, props: IssuedGrantDeliveryProps) {
    super(scope, id);
    this.#props = props;
    this.#name = resourceName(props.environmentName, 'issued-grants');
    this.streamName = this.#name;
    this.resource = this.#createStream();
    const subscription = this.#createRole('subscription', {
      service: 'logs.amazonaws.com',
      // CloudWatch Logs sends no `aws:SourceAccount`; its guide documents this condition.
      condition: {
        ArnLike: { 'aws:SourceArn': `arn:aws:logs:${props.region}:${props.accountId}:*` },
      },
      permissions: [
        {
          Sid: 'PutRecords',
          Effect: 'Allow',
          Action: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
          Resource: this.resource.arn,
        },
      ],
    });
    new CloudwatchLogSubscriptionFilter(this, 'filter', {
      name: this.#name,
      logGroupName: props.logGroup.logGroupName,
      destinationArn: this.resource.arn,
      roleArn: subscription.arn,
      // Every record.
      filterPattern: '',
      dependsOn: [subscription.permissions],
    });
  }

  #createStream(): KinesisFirehoseDeliveryStream {
    const { region, accountId } = this.#props;
    const { bucketArn } = this.#props.bucket;
    const writer = this.#createRole('writer', {
      service: 'firehose.amazonaws.com',
      condition: {
        StringEquals: { 'aws:SourceAccount': accountId },
        ArnLike: {
          'aws:SourceArn': `arn:aws:firehose:${region}:${accountId}:deliverystream/${this.#name}`,
        },
      },
      permissions: writePermissions(bucketArn),
    });
    return new KinesisFirehoseDeliveryStream(this, 'stream', {
      name: this.#name,
      destination: 'extended_s3',
      serverSideEncryption: { enabled: true },
      extendedS3Configuration: {
        roleArn: writer.arn,
        bucketArn,
        prefix: `${LOG_PREFIXES.issuedGrants}${HOUR_FOLDER}`,
        errorOutputPrefix: `${LOG_PREFIXES.failedGrants}!{firehose:error-output-type}/${HOUR_FOLDER}`,
        bufferingInterval: BUFFER_SECONDS,
        bufferingSize: BUFFER_MEBIBYTES,
        compressionFormat: 'GZIP',
        processingConfiguration: { enabled: true, processors: PROCESSORS },
      },
      dependsOn: [writer.permissions],
    });
  }

  #createRole(id: string, role: ServiceRoleInput): ServiceRole {
    const created = new IamRole(this, `${id}-role`, {
      name: `${this.#name}-${id}`,
      description: 'Copies issued grants to the log bucket',
      assumeRolePolicy: policyDocument([
        {
          Sid: 'ServiceCopiesGrants',
          Effect: 'Allow',
          Principal: { Service: role.service },
          Action: 'sts:AssumeRole',
          Condition: role.condition,
        },
      ]),
    });
    const permissions = new IamRolePolicy(this, `${id}-permissions`, {
      name: 'permissions',
      role: created.id,
      policy: policyDocument(role.permissions),
    });
    return { arn: created.arn, permissions };
  }
}

/**
 * CloudWatch Logs sends compressed batches of records; these steps write one record in each line.
 */
const PROCESSORS = [
  {
    type: 'Decompression',
    parameters: [{ parameterName: 'CompressionFormat', parameterValue: 'GZIP' }],
  },
  {
    type: 'CloudWatchLogProcessing',
    parameters: [{ parameterName: 'DataMessageExtraction', parameterValue: 'true' }],
  },
  { type: 'AppendDelimiterToRecord' },
];

/**
 * What Firehose documents that it needs, objects only below two prefixes.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
 */
function writePermissions(bucketArn: string): PolicyStatement[] {
  return [
    {
      Sid: 'WriteGrants',
      Effect: 'Allow',
      Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      Resource: [LOG_PREFIXES.issuedGrants, LOG_PREFIXES.failedGrants].map(
        (prefix) => `${bucketArn}/${prefix}*`,
      ),
    },
    {
      Sid: 'FindBucket',
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      Resource: bucketArn,
    },
  ];
}
