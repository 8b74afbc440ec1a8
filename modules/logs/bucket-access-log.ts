import { S3BucketLoggingA } from '@cdktf/provider-aws/lib/s3-bucket-logging';
import { Construct } from 'constructs';
import { BucketPolicy } from '../content/bucket-policy';
import { writeAccessLogStatement } from '../content/bucket-statements';
import { PrivateBucket } from '../content/private-bucket';
import type { Retention } from '../synthesis/kept-family';
import type { ResourceOwner } from '../synthesis/resource-names';

/** What `BucketAccessLog` is made from. */
export interface BucketAccessLogProps extends ResourceOwner {
  /** Part of the name of the bucket that gets the log. */
  readonly part: string;
  /** ARN of the only bucket whose requests may be logged here. */
  readonly sourceBucketArn: string;
  /** Days after which the log is deleted. */
  readonly expirationDays: number;
  /** `keep`: the log stays when it leaves the stack. `delete`: it goes. */
  readonly retention: Retention;
}

/**
 * Who requested which object of a bucket, as S3 logs it some hours later (L-05). The log has a
 * bucket of its own: S3 does not log into a bucket with Object Lock, and whoever reads the source
 * must not be able to change the log.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 *
 * @example
 * const reads = new BucketAccessLog(stack, 'reads', {
 *   ...owner,
 *   part: 'evidence-reads',
 *   sourceBucketArn: evidence.bucketArn,
 *   expirationDays: 90,
 *   retention: 'keep',
 * });
 * reads.record(evidence.bucket);
 */
export class BucketAccessLog extends Construct {
  /** The underlying bucket. */
  readonly bucket: PrivateBucket;
  readonly #policy: BucketPolicy;

  constructor(scope: Construct, id: string, props: BucketAccessLogProps) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, 'objects', { ...props, accessLog: 'target' });
    const statement = writeAccessLogStatement(this.bucket.bucketArn, {
      accountId: props.accountId,
      sourceArn: props.sourceBucketArn,
    });
    this.#policy = new BucketPolicy(this, 'access', {
      bucket: this.bucket,
      statements: [statement],
    });
  }

  /** Turns the log on for the bucket that `sourceBucketArn` names. */
  record(source: PrivateBucket): void {
    const logging = new S3BucketLoggingA(this, 'logging', {
      bucket: source.bucketName,
      targetBucket: this.bucket.bucketName,
      targetPrefix: '',
      dependsOn: [this.#policy.resource],
    });
    source.keepWithBucket(logging);
  }
}
