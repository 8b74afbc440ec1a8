import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { bucketName, type ResourceOwner } from '../synthesis/resource-names';

const NONCURRENT_VERSION_DAYS = 30;
const UNFINISHED_UPLOAD_DAYS = 1;

/** What the distribution and its policies need to know of a bucket, ours or not. */
export interface ContentBucket {
  readonly bucketName: string;
  readonly bucketArn: string;
  /** Host of the bucket with its region in it (S-06). */
  readonly bucketRegionalDomainName: string;
}

/** What `PrivateBucket` is made from. */
export interface PrivateBucketProps extends ResourceOwner {
  /** Part of the bucket's name, e.g. `content` or `logs`. */
  readonly part: string;
  /** `keep`: destroying is refused by Terraform; `delete`: the bucket goes with everything in it. */
  readonly retention: 'keep' | 'delete';
  /** @default - AES-256 with keys of S3 */
  readonly kmsKeyArn?: string;
  /** @default - current objects never expire */
  readonly expirationDays?: number;
  /** @default - no Object Lock */
  readonly objectLock?: boolean;
  /** Without versions an object that expires is gone, for what must not stay. @default true */
  readonly versions?: boolean;
  /** `BucketOwnerPreferred` lets a log service of AWS write with an ACL. @default BucketOwnerEnforced */
  readonly objectOwnership?: 'BucketOwnerEnforced' | 'BucketOwnerPreferred';
}

/**
 * A bucket that nobody reaches but through its policy: four public-access blocks, no ACLs, versions,
 * encryption (S-01).
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export class PrivateBucket extends Construct implements ContentBucket {
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly bucketRegionalDomainName: string;
  /** Host of the bucket without a region, which legacy logging wants. */
  readonly bucketDomainName: string;
  /** A policy waits for this: S3 refuses both changes at one time. */
  readonly publicAccessBlock: ITerraformDependable;
  /** An ACL waits for this: without it S3 takes none. */
  readonly ownership: ITerraformDependable;
  readonly #bucket: S3Bucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.#bucket = new S3Bucket(this, 'bucket', {
      bucket: bucketName(props, props.part),
      forceDestroy: props.retention === 'delete',
      ...(props.objectLock === true && { objectLockEnabled: true }),
      ...(props.retention === 'keep' && { lifecycle: { preventDestroy: true } }),
    });
    this.bucketName = this.#bucket.id;
    this.bucketArn = this.#bucket.arn;
    this.bucketRegionalDomainName = this.#bucket.bucketRegionalDomainName;
    this.bucketDomainName = this.#bucket.bucketDomainName;
    this.ownership = this.#own(props.objectOwnership ?? 'BucketOwnerEnforced');
    this.publicAccessBlock = this.#blockPublicAccess();
    if (props.versions ?? true) this.#keepVersions();
    this.#encrypt(props.kmsKeyArn);
    this.#expire(props.expirationDays);
  }

  #own(objectOwnership: string): ITerraformDependable {
    return new S3BucketOwnershipControls(this, 'ownership', {
      bucket: this.#bucket.id,
      rule: { objectOwnership },
    });
  }

  #blockPublicAccess(): ITerraformDependable {
    return new S3BucketPublicAccessBlock(this, 'public-access-block', {
      bucket: this.#bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  }

  #keepVersions(): void {
    new S3BucketVersioningA(this, 'versioning', {
      bucket: this.#bucket.id,
      versioningConfiguration: { status: 'Enabled' },
    });
  }

  #encrypt(kmsKeyArn: string | undefined): void {
    const applyServerSideEncryptionByDefault =
      kmsKeyArn === undefined
        ? { sseAlgorithm: 'AES256' }
        : { sseAlgorithm: 'aws:kms', kmsMasterKeyId: kmsKeyArn };
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket: this.#bucket.id,
      rule: [{ applyServerSideEncryptionByDefault, bucketKeyEnabled: kmsKeyArn !== undefined }],
    });
  }

  #expire(expirationDays: number | undefined): void {
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket: this.#bucket.id,
      rule: [
        {
          id: 'old-versions',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: UNFINISHED_UPLOAD_DAYS }],
          // What expires is gone then: it is not kept for another month as an old version.
          noncurrentVersionExpiration: [
            { noncurrentDays: expirationDays === undefined ? NONCURRENT_VERSION_DAYS : 1 },
          ],
          ...(expirationDays !== undefined && { expiration: [{ days: expirationDays }] }),
        },
      ],
    });
  }
}

/**
 * A bucket that this environment did not create. Nothing is attached to it: a policy or setting of ours
 * would replace the owner's.
 */
export function existingContentBucket(name: string, region: string): ContentBucket {
  return {
    bucketName: name,
    bucketArn: `arn:aws:s3:::${name}`,
    bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
  };
}
