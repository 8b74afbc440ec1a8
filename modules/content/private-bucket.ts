import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import type { ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { acceptFindings } from '../synthesis/accepted-findings';
import { keep, KeptClaim, type Retention } from '../synthesis/kept-family';
import { bucketName, type ResourceOwner } from '../synthesis/resource-names';

const NONCURRENT_VERSION_DAYS = 30;
const UNFINISHED_UPLOAD_DAYS = 1;

/** What the distribution and its policies need to know of a bucket. */
export interface ContentBucket {
  /** Name of the bucket. */
  readonly bucketName: string;
  /** ARN of the bucket. */
  readonly bucketArn: string;
  /** Host of the bucket with its region in it (S-06), e.g. `b.s3.eu-central-1.amazonaws.com`. */
  readonly bucketRegionalDomainName: string;
}

/** What `PrivateBucket` is made from. */
export interface PrivateBucketProps extends ResourceOwner {
  /** Part of the bucket's name, e.g. `content` or `logs`. */
  readonly part: string;
  /** `keep`: the bucket stays, with all its settings. `delete`: it goes, with everything in it. */
  readonly retention: Retention;
  /** ARN of the KMS key that encrypts the objects. @default - AES-256 with keys of S3 */
  readonly kmsKeyArn?: string;
  /** Days after which current objects expire. @default - they never expire */
  readonly expirationDays?: number;
  /** Whether Object Lock is enabled; it needs versions. @default false */
  readonly objectLock?: boolean;
  /** Whether old versions are kept. Without them, an object that expires is gone. @default true */
  readonly versions?: boolean;
  /** Whether a `BucketAccessLog` records its requests, or is in it. @default - neither */
  readonly accessLog?: 'source' | 'target';
  /**
   * `BucketOwnerPreferred` allows ACLs, which legacy logging of CloudFront needs.
   * @default BucketOwnerEnforced
   */
  readonly objectOwnership?: 'BucketOwnerEnforced' | 'BucketOwnerPreferred';
}

/**
 * A private bucket (S-01): the four public-access blocks, no ACLs, versions, encryption. Access is
 * given by its policy only.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 *
 * @example
 * const bucket = new PrivateBucket(stack, 'bucket', { ...owner, part: 'content', retention: 'keep'
 * });
 */
export class PrivateBucket extends Construct implements ContentBucket {
  /** The underlying bucket. */
  readonly resource: S3Bucket;
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly bucketRegionalDomainName: string;
  /** Host of the bucket without a region; legacy logging needs this form. */
  readonly bucketDomainName: string;
  /** The bucket policy waits for this, because S3 refuses two such changes at the same time. */
  readonly publicAccessBlock: ITerraformDependable;
  /** An ACL waits for this, because S3 refuses ACLs before ownership allows them. */
  readonly ownership: S3BucketOwnershipControls;
  readonly #name: string;
  readonly #retention: Retention;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.#name = bucketName(props, props.part);
    this.#retention = props.retention;
    this.resource = this.#create(props);
    this.bucketName = this.resource.id;
    this.bucketArn = this.resource.arn;
    this.bucketRegionalDomainName = this.resource.bucketRegionalDomainName;
    this.bucketDomainName = this.resource.bucketDomainName;
    this.ownership = this.#own(props.objectOwnership ?? 'BucketOwnerEnforced');
    this.publicAccessBlock = this.#blockPublicAccess();
    if (props.versions ?? true) this.#keepVersions();
    this.#encrypt(props.kmsKeyArn);
    this.#expire(props.expirationDays);
    this.#explain(props);
  }

  #explain({ kmsKeyArn, versions = true, accessLog }: PrivateBucketProps): void {
    acceptFindings(this.resource, {
      ...(accessLog === undefined && {
        CKV_AWS_18:
          'S3 server access logs would copy the names of private objects into one more bucket. ' +
          'Viewers read through CloudFront, which logs every request; CloudTrail data events show access by principals of AWS.',
      }),
      CKV_AWS_144:
        'Whether content and logs may exist in a second region is a decision of the owner of the data. Replication can be added to the bucket by its name.',
      CKV2_AWS_62: 'Nothing in the stack reacts to new objects of this bucket.',
      ...(kmsKeyArn === undefined && {
        CKV_AWS_145:
          'S3 encrypts with its own keys (AES-256). Writers and readers of this bucket are limited by its policy and by IAM, so a KMS key would add costs and no boundary.',
      }),
      ...(!versions && {
        CKV_AWS_21:
          'Objects of this bucket must be gone when they expire; an old version would keep them.',
      }),
    });
  }

  #create(props: PrivateBucketProps): S3Bucket {
    const kept = props.retention === 'keep';
    const claim =
      kept && new KeptClaim(this, 'claim', { ...props, family: `${props.part}-bucket` });
    return this.keepWithBucket(
      new S3Bucket(this, 'bucket', {
        bucket: this.#name,
        forceDestroy: !kept,
        ...(props.objectLock === true && { objectLockEnabled: true }),
        // A bucket with Object Lock has it for ever: another value here would plan another bucket.
        lifecycle: {
          ignoreChanges: ['object_lock_enabled'],
          ...(kept && { preventDestroy: true }),
        },
        ...(claim && { dependsOn: [claim.resource] }),
      }),
    );
  }

  /** Marks a setting of the bucket, so that it stays when the bucket does. Returns the setting. */
  keepWithBucket<Setting extends TerraformResource>(setting: Setting): Setting {
    if (this.#retention === 'keep') keep(setting, { name: this.#name });
    return setting;
  }

  #own(objectOwnership: string): S3BucketOwnershipControls {
    return this.keepWithBucket(
      new S3BucketOwnershipControls(this, 'ownership', {
        bucket: this.resource.id,
        rule: { objectOwnership },
      }),
    );
  }

  #blockPublicAccess(): ITerraformDependable {
    return this.keepWithBucket(
      new S3BucketPublicAccessBlock(this, 'public-access-block', {
        bucket: this.resource.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      }),
    );
  }

  #keepVersions(): void {
    const versioning = new S3BucketVersioningA(this, 'versioning', {
      bucket: this.resource.id,
      versioningConfiguration: { status: 'Enabled' },
    });
    this.keepWithBucket(versioning);
  }

  #encrypt(kmsKeyArn: string | undefined): void {
    const applyServerSideEncryptionByDefault =
      kmsKeyArn === undefined
        ? { sseAlgorithm: 'AES256' }
        : { sseAlgorithm: 'aws:kms', kmsMasterKeyId: kmsKeyArn };
    const encryption = new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket: this.resource.id,
      rule: [{ applyServerSideEncryptionByDefault, bucketKeyEnabled: kmsKeyArn !== undefined }],
    });
    this.keepWithBucket(encryption);
  }

  #expire(expirationDays: number | undefined): void {
    const lifecycle = new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket: this.resource.id,
      rule: [
        {
          id: 'old-versions',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: UNFINISHED_UPLOAD_DAYS }],
          // An expired object is deleted a day later, not kept for a month as an old version.
          noncurrentVersionExpiration: [
            { noncurrentDays: expirationDays === undefined ? NONCURRENT_VERSION_DAYS : 1 },
          ],
          ...(expirationDays !== undefined && { expiration: [{ days: expirationDays }] }),
        },
      ],
    });
    this.keepWithBucket(lifecycle);
  }
}

/**
 * A bucket that this environment did not create. Nothing is attached to it, because a bucket policy
 * or setting would replace the owner's.
 *
 * @param region region of the bucket, e.g. `eu-central-1`
 */
export function existingContentBucket(name: string, region: string): ContentBucket {
  return {
    bucketName: name,
    bucketArn: `arn:aws:s3:::${name}`,
    bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
  };
}
