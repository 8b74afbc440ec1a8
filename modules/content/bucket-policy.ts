import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import { refusePlainHttpStatement } from './bucket-statements';
import type { PrivateBucket } from './private-bucket';

/** What `BucketPolicy` is made from. */
export interface BucketPolicyProps {
  /** A bucket of this environment; one of somebody else's has no policy of ours. */
  readonly bucket: PrivateBucket;
  /** @default - nobody is let in; requests without TLS are refused in any case */
  readonly statements?: readonly PolicyStatement[];
}

/** The one policy of a bucket that we made: the given statements, and no request without TLS (S-04). */
export class BucketPolicy extends Construct {
  /** Who writes by this policy waits for it. */
  readonly policy: ITerraformDependable;

  constructor(scope: Construct, id: string, props: BucketPolicyProps) {
    super(scope, id);
    const { bucket, statements = [] } = props;
    this.policy = new S3BucketPolicy(this, 'policy', {
      bucket: bucket.bucketName,
      policy: policyDocument([...statements, refusePlainHttpStatement(bucket.bucketArn)]),
      dependsOn: [bucket.publicAccessBlock],
    });
  }
}
