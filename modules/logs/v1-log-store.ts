import { DataAwsCanonicalUserId } from '@cdktf/provider-aws/lib/data-aws-canonical-user-id';
import { DataAwsCloudfrontLogDeliveryCanonicalUserId } from '@cdktf/provider-aws/lib/data-aws-cloudfront-log-delivery-canonical-user-id';
import { S3BucketAcl } from '@cdktf/provider-aws/lib/s3-bucket-acl';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { BucketPolicy } from '../content/bucket-policy';
import { PrivateBucket } from '../content/private-bucket';
import { acceptFindings } from '../synthesis/accepted-findings';
import type { Retention } from '../synthesis/kept-family';
import type { ResourceOwner } from '../synthesis/resource-names';
import { LOG_BUCKETS } from './log-places';

/** What `V1LogStore` is made from. */
export interface V1LogStoreProps extends ResourceOwner {
  /** `keep`: the bucket stays, with all its settings. `delete`: it goes, with everything in it. */
  readonly retention: Retention;
  /** Days after which log objects are deleted. */
  readonly expirationDays: number;
}

/**
 * The bucket for legacy standard logging (v1). CloudFront writes there with an ACL, so it is the
 * only bucket of ours that allows ACLs, and it has exactly one grant (S-16). Its logs hold query
 * strings and so signed URLs: there are no versions and no Object Lock.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
 *
 * @example
 * const v1 = new V1LogStore(stack, 'v1-logs', { ...owner, retention: 'keep', expirationDays: 7 });
 */
export class V1LogStore extends Construct {
  /** The underlying bucket. */
  readonly bucket: PrivateBucket;
  readonly bucketName: string;
  readonly bucketDomainName: string;
  /** The distribution waits for this ACL. */
  readonly acl: ITerraformDependable;

  constructor(scope: Construct, id: string, props: V1LogStoreProps) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, 'objects', {
      ...props,
      part: LOG_BUCKETS.v1,
      versions: false,
      objectOwnership: 'BucketOwnerPreferred',
    });
    const { bucket } = this;
    acceptFindings(bucket.ownership, {
      CKV2_AWS_65:
        'CloudFront writes legacy logs with an ACL and refuses a bucket without ACLs. There is exactly one grant.',
    });
    this.bucketName = bucket.bucketName;
    this.bucketDomainName = bucket.bucketDomainName;
    new BucketPolicy(this, 'access', { bucket });
    this.acl = this.#grantDelivery(bucket);
  }

  /**
   * Without this, CloudFront would add its grant itself and the next plan would show a difference.
   */
  #grantDelivery(bucket: PrivateBucket): ITerraformDependable {
    const owner = new DataAwsCanonicalUserId(this, 'owner').id;
    const delivery = new DataAwsCloudfrontLogDeliveryCanonicalUserId(this, 'delivery').id;
    const acl = new S3BucketAcl(this, 'acl', {
      bucket: bucket.bucketName,
      accessControlPolicy: {
        owner: { id: owner },
        grant: [owner, delivery].map((id) => ({
          grantee: { type: 'CanonicalUser', id },
          permission: 'FULL_CONTROL',
        })),
      },
      dependsOn: [bucket.ownership],
    });
    return bucket.keepWithBucket(acl);
  }
}
