import { S3BucketObjectLockConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration';
import { Construct } from 'constructs';
import { BucketPolicy } from './bucket-policy';
import { PrivateBucket } from './private-bucket';
import type { ResourceOwner } from './resource-names';

/** What `LogBucket` is made from. */
export interface LogBucketProps extends ResourceOwner {
  readonly retention: 'keep' | 'delete';
  /** Days after which log objects expire; until then `keep` locks them (S-14). */
  readonly expirationDays: number;
}

/** The bucket that log deliveries write to. With `keep` its objects cannot be removed before they expire. */
export class LogBucket extends Construct {
  readonly bucketName: string;
  readonly bucketArn: string;

  constructor(scope: Construct, id: string, props: LogBucketProps) {
    super(scope, id);
    const locked = props.retention === 'keep';
    const bucket = new PrivateBucket(this, 'objects', {
      ...props,
      part: 'logs',
      objectLock: locked,
    });
    this.bucketName = bucket.bucketName;
    this.bucketArn = bucket.bucketArn;
    new BucketPolicy(this, 'access', { bucket });
    if (locked) {
      new S3BucketObjectLockConfigurationA(this, 'object-lock', {
        bucket: bucket.bucketName,
        rule: { defaultRetention: { mode: 'GOVERNANCE', days: props.expirationDays } },
      });
    }
  }
}
