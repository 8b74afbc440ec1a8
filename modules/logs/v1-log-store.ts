import { DataAwsCanonicalUserId } from '@cdktf/provider-aws/lib/data-aws-canonical-user-id';
import { DataAwsCloudfrontLogDeliveryCanonicalUserId } from '@cdktf/provider-aws/lib/data-aws-cloudfront-log-delivery-canonical-user-id';
import { S3BucketAcl } from '@cdktf/provider-aws/lib/s3-bucket-acl';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { BucketPolicy } from '../content/bucket-policy';
import { PrivateBucket } from '../content/private-bucket';
import type { ResourceOwner } from '../synthesis/resource-names';
import { LOG_BUCKETS } from './log-places';

/** What `V1LogStore` is made from. */
export interface V1LogStoreProps extends ResourceOwner {
  readonly retention: 'keep' | 'delete';
  /** Days after which log objects are gone. */
  readonly expirationDays: number;
}

/**
 * A bucket for legacy standard logging (v1), which writes with ACLs: the only bucket of ours that takes any,
 * and only this one grant (S-16). Its logs hold query strings, so signed URLs: no versions, no Object Lock.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
 */
export class V1LogStore extends Construct {
  readonly bucketName: string;
  readonly bucketDomainName: string;
  /** The distribution waits for this. */
  readonly acl: ITerraformDependable;

  constructor(scope: Construct, id: string, props: V1LogStoreProps) {
    super(scope, id);
    const bucket = new PrivateBucket(this, 'objects', {
      ...props,
      part: LOG_BUCKETS.v1,
      versions: false,
      objectOwnership: 'BucketOwnerPreferred',
    });
    this.bucketName = bucket.bucketName;
    this.bucketDomainName = bucket.bucketDomainName;
    new BucketPolicy(this, 'access', { bucket });
    this.acl = this.#grantDelivery(bucket);
  }

  /** CloudFront would add its grant itself, and the next plan would show it as drift. */
  #grantDelivery(bucket: PrivateBucket): ITerraformDependable {
    const owner = new DataAwsCanonicalUserId(this, 'owner').id;
    const delivery = new DataAwsCloudfrontLogDeliveryCanonicalUserId(this, 'delivery').id;
    return new S3BucketAcl(this, 'acl', {
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
  }
}
