import { S3BucketObjectLockConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { BucketPolicy } from '../content/bucket-policy';
import { writeLogsStatement } from '../content/bucket-statements';
import { PrivateBucket } from '../content/private-bucket';
import type { ResourceOwner } from '../synthesis/resource-names';
import { accessLogSourceArn, LOG_BUCKETS, LOG_PREFIXES } from './log-places';

/** What `LogBucket` is made from. */
export interface LogBucketProps extends ResourceOwner {
  readonly retention: 'keep' | 'delete';
  /** Days after which log objects expire; until then `keep` locks them (S-14). */
  readonly expirationDays: number;
}

/**
 * The bucket for access logs without cookies and for issued grants. With `keep` its objects cannot be removed
 * before they expire. Encrypted with keys of S3: a KMS key would need a statement for the delivery, as the
 * key of `EvidenceStore` has.
 */
export class LogBucket extends Construct {
  readonly bucketName: string;
  readonly bucketArn: string;
  /** Deliveries wait for this. */
  readonly policy: ITerraformDependable;

  constructor(scope: Construct, id: string, props: LogBucketProps) {
    super(scope, id);
    const locked = props.retention === 'keep';
    const bucket = new PrivateBucket(this, 'objects', {
      ...props,
      part: LOG_BUCKETS.logs,
      objectLock: locked,
    });
    this.bucketName = bucket.bucketName;
    this.bucketArn = bucket.bucketArn;
    const place = { bucketArn: bucket.bucketArn, prefix: LOG_PREFIXES.traffic };
    const writer = { accountId: props.accountId, sourceArn: accessLogSourceArn(props) };
    const statements = [writeLogsStatement(place, writer)];
    this.policy = new BucketPolicy(this, 'access', { bucket, statements }).policy;
    if (locked) {
      new S3BucketObjectLockConfigurationA(this, 'object-lock', {
        bucket: bucket.bucketName,
        rule: { defaultRetention: { mode: 'GOVERNANCE', days: props.expirationDays } },
      });
    }
  }
}
