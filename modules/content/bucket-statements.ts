import type { PolicyStatement } from '../synthesis/policy-document';

export { contentDecryptStatement, contentReadStatement } from '#configuration/required-statements';

/** The statement that refuses everybody who does not use TLS (S-04). */
export function refusePlainHttpStatement(bucketArn: string): PolicyStatement {
  return {
    Sid: 'RefusePlainHttp',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

/**
 * The statement that closes a folder to all readers but one role, whatever IAM lets them read
 * (L-05): a right to read every bucket, as in AWS's `ReadOnlyAccess`, is common.
 */
export function closeFolderStatement(
  place: { readonly bucketArn: string; readonly prefix: string },
  readerArn: string,
): PolicyStatement {
  return {
    Sid: 'OneRoleReads',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `${place.bucketArn}/${place.prefix}*`,
    Condition: { StringNotEquals: { 'aws:PrincipalArn': readerArn } },
  };
}

/** For which source a service of AWS may write. */
export interface LogWriter {
  /** Account of the source. */
  readonly accountId: string;
  /** ARN of the source: a delivery source, or a bucket. */
  readonly sourceArn: string;
}

/** Conditions by which a service of AWS proves for whom it writes (S-16). */
function deliveryConditions({ accountId, sourceArn }: LogWriter) {
  return {
    equals: { 'aws:SourceAccount': accountId },
    like: { 'aws:SourceArn': sourceArn },
  };
}

/**
 * The statement that lets one delivery source write logs below one prefix, and nothing else (S-16).
 * AWS adds a statement of its own to a bucket that lacks it, which the next apply would remove
 * again.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
 */
export function writeLogsStatement(
  place: { readonly bucketArn: string; readonly prefix: string },
  writer: LogWriter,
): PolicyStatement {
  const { equals, like } = deliveryConditions(writer);
  return {
    Sid: 'DeliveryWritesLogs',
    Effect: 'Allow',
    Principal: { Service: 'delivery.logs.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: `${place.bucketArn}/${place.prefix}*`,
    Condition: {
      StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', ...equals },
      ArnLike: like,
    },
  };
}

/**
 * The statement that lets S3 write the access log of one other bucket of the account, and nothing
 * else (S-16).
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 */
export function writeAccessLogStatement(bucketArn: string, writer: LogWriter): PolicyStatement {
  const { equals, like } = deliveryConditions(writer);
  return {
    Sid: 'ServerAccessLogs',
    Effect: 'Allow',
    Principal: { Service: 'logging.s3.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: `${bucketArn}/*`,
    Condition: { StringEquals: equals, ArnLike: like },
  };
}

/**
 * The statement that the key of a log bucket needs, so that the delivery can write to it (S-16).
 */
export function encryptLogsStatement(writer: LogWriter): PolicyStatement {
  const { equals, like } = deliveryConditions(writer);
  return {
    Sid: 'DeliveryEncryptsLogs',
    Effect: 'Allow',
    Principal: { Service: 'delivery.logs.amazonaws.com' },
    Action: [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey*',
      'kms:ReEncrypt*',
    ],
    Resource: '*',
    Condition: { StringEquals: equals, ArnLike: like },
  };
}
