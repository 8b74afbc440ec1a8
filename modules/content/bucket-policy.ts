import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { Construct } from 'constructs';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import { refusePlainHttpStatement } from './bucket-statements';
import type { PrivateBucket } from './private-bucket';

/** What `BucketPolicy` is made from. */
export interface BucketPolicyProps {
  /** A bucket that was created here. */
  readonly bucket: PrivateBucket;
  /**
   * Statements that give access. @default - only the statement that refuses requests without TLS
   */
  readonly statements?: readonly PolicyStatement[];
}

/**
 * The policy of a bucket: the given statements, and one that refuses requests without TLS (S-04).
 *
 * @example
 * new BucketPolicy(stack, 'access', {
 *   bucket,
 *   statements: [
 *     contentReadStatement({ bucketArn: bucket.bucketArn, distributionArn, publicPrefix: false }),
 *   ],
 * });
 */
export class BucketPolicy extends Construct {
  /** The underlying policy; a delivery that needs it waits for it. */
  readonly resource: S3BucketPolicy;

  constructor(scope: Construct, id: string, props: BucketPolicyProps) {
    super(scope, id);
    const { bucket, statements = [] } = props;
    this.resource = bucket.keepWithBucket(
      new S3BucketPolicy(this, 'policy', {
        bucket: bucket.bucketName,
        policy: policyDocument([...statements, refusePlainHttpStatement(bucket.bucketArn)]),
        dependsOn: [bucket.publicAccessBlock],
      }),
    );
  }
}
