import { CloudwatchLogSubscriptionFilter } from '@cdktf/provider-aws/lib/cloudwatch-log-subscription-filter';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { KinesisFirehoseDeliveryStream } from '@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import type { ResourceOwner } from '../synthesis/resource-names';
import { LOG_PREFIXES } from './log-places';

const BUFFER_SECONDS = 300;
const BUFFER_MEBIBYTES = 5;
const HOUR_FOLDER = '!{timestamp:yyyy/MM/dd/HH}/';

/** What `IssuedGrantDelivery` is made from. */
export interface IssuedGrantDeliveryProps extends ResourceOwner {
  readonly logGroupName: string;
  readonly bucketArn: string;
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
 * Copies the records of issued grants from their log group to the log bucket, where the access logs are: one
 * JSON object a line, gzip, a folder an hour. The hour is that of arrival, at most minutes after the record.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/writing-with-cloudwatch-logs.html
 */
export class IssuedGrantDelivery extends Construct {
  readonly #props: IssuedGrantDeliveryProps;
  readonly #name: string;

  constructor(scope: Construct, id: string, props: IssuedGrantDeliveryProps) {
    super(scope, id);
    this.#props = props;
    this.#name = `${props.environmentName}-issued-grants`;
    const stream = this.#createStream();
    const subscription = this.#createRole('subscription', {
      service: 'logs.amazonaws.com',
      // The form that CloudWatch Logs documents: it sends no account.
      condition: {
        ArnLike: { 'aws:SourceArn': `arn:aws:logs:${props.region}:${props.accountId}:*` },
      },
      permissions: [
        {
          Sid: 'PutRecords',
          Effect: 'Allow',
          Action: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
          Resource: stream.arn,
        },
      ],
    });
    new CloudwatchLogSubscriptionFilter(this, 'filter', {
      name: this.#name,
      logGroupName: props.logGroupName,
      destinationArn: stream.arn,
      roleArn: subscription.arn,
      // Every record.
      filterPattern: '',
      dependsOn: [subscription.permissions],
    });
  }

  #createStream(): KinesisFirehoseDeliveryStream {
    const { bucketArn, region, accountId } = this.#props;
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

/** CloudWatch Logs sends batches of records, compressed: out comes one record a line. */
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
