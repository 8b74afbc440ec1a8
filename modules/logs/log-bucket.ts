import { S3BucketObjectLockConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { BucketPolicy } from '../content/bucket-policy';
import { writeLogsStatement } from '../content/bucket-statements';
import { PrivateBucket } from '../content/private-bucket';
import type { Retention } from '../synthesis/kept-family';
import type { ResourceOwner } from '../synthesis/resource-names';
import { accessLogSourceArn, LOG_BUCKETS, LOG_PREFIXES } from './log-places';

/** What `LogBucket` is made from. */
export interface LogBucketProps extends ResourceOwner {
  /** `keep`: the bucket stays, with all its settings. `delete`: it goes, with everything in it. */
  readonly retention: Retention;
  /** Days after which log objects expire. */
  readonly expirationDays: number;
  /** Whether Object Lock protects objects until they expire (S-14). @default false */
  readonly objectLock?: boolean;
}

/**
 * The bucket for access logs without cookies and for records of issued grants. With `objectLock`,
 * nobody can remove an object before it expires. S3's own keys encrypt it; a KMS key would need a
 * statement for the delivery, as the key of `EvidenceStore` has.
 *
 * @example
 * const bucket = new LogBucket(stack, 'logs', { ...owner, retention: 'keep', expirationDays: 90 });
 */
export class LogBucket extends Construct {
  /** The underlying bucket. */
  readonly bucket: PrivateBucket;
  readonly bucketName: string;
  readonly bucketArn: string;
  /** Deliveries wait for this policy. */
  readonly policy: ITerraformDependable;

  constructor(scope: Construct, id: string, props: LogBucketProps) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, 'objects', {
      ...props,
      part: LOG_BUCKETS.logs,
    });
    const { bucket } = this;
    this.bucketName = bucket.bucketName;
    this.bucketArn = bucket.bucketArn;
    const place = { bucketArn: bucket.bucketArn, prefix: LOG_PREFIXES.traffic };
    const writer = { accountId: props.accountId, sourceArn: accessLogSourceArn(props) };
    const statements = [writeLogsStatement(place, writer)];
    this.policy = new BucketPolicy(this, 'access', { bucket, statements }).resource;
    if (props.objectLock !== true) return;
    const lock = new S3BucketObjectLockConfigurationA(this, 'object-lock', {
      bucket: bucket.bucketName,
      rule: { defaultRetention: { mode: 'GOVERNANCE', days: props.expirationDays } },
    });
    bucket.keepWithBucket(lock);
  }
}
