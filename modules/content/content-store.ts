import { Construct } from 'constructs';
import type { PolicyStatement } from '../synthesis/policy-document';
import type { ResourceOwner } from '../synthesis/resource-names';
import { BucketPolicy } from './bucket-policy';
import { contentDecryptStatement, contentReadStatement } from './bucket-statements';
import { ContentKey } from './content-key';
import { type ContentBucket, existingContentBucket, PrivateBucket } from './private-bucket';

/** What `ContentStore` is made from. */
export interface ContentStoreProps extends ResourceOwner {
  readonly retention: 'keep' | 'delete';
  /** @default - a bucket is created */
  readonly existingBucket?: { readonly name: string; readonly region?: string };
  /** `s3`: keys of S3; `kms`: a key is created. @default s3 */
  readonly encryption?: 's3' | 'kms';
  /** A key of somebody else's that encrypts the content. @default - see `encryption` */
  readonly existingKmsKeyArn?: string;
}

/** Which distribution may read, and whether the public prefix too. */
export interface DistributionAccess {
  readonly distributionArn: string;
  readonly publicPrefix: boolean;
}

/**
 * The bucket with the content and the key that encrypts it: ours, or somebody else's. What is somebody
 * else's gets no resource of ours (a policy or setting would replace theirs): the statements it needs are
 * in `requiredStatements`.
 */
export class ContentStore extends Construct {
  readonly bucket: ContentBucket;
  readonly #props: ContentStoreProps;
  readonly #ownKey: ContentKey | undefined;
  readonly #ownBucket: PrivateBucket | undefined;
  readonly #required: Record<string, readonly PolicyStatement[]> = {};

  constructor(scope: Construct, id: string, props: ContentStoreProps) {
    super(scope, id);
    this.#props = props;
    if (props.encryption === 'kms') this.#ownKey = new ContentKey(this, 'key', props);
    const kmsKeyArn = props.existingKmsKeyArn ?? this.#ownKey?.keyArn;
    if (props.existingBucket === undefined) {
      this.#ownBucket = new PrivateBucket(this, 'bucket', {
        ...props,
        part: 'content',
        ...(kmsKeyArn !== undefined && { kmsKeyArn }),
      });
      this.bucket = this.#ownBucket;
    } else {
      const { name, region = props.region } = props.existingBucket;
      this.bucket = existingContentBucket(name, region);
    }
  }

  /** The key that was created here; undefined where S3's or somebody else's encrypts. */
  get ownKeyArn(): string | undefined {
    return this.#ownKey?.keyArn;
  }

  /** Statements that the owner of the bucket or key must add, by the ARN of what they belong to. */
  get requiredStatements(): Readonly<Record<string, readonly PolicyStatement[]>> {
    return this.#required;
  }

  /** Lets one distribution read; called once it exists, or bucket and distribution would form a cycle. */
  allowDistribution(access: DistributionAccess): void {
    const statement = contentReadStatement({ ...access, bucketArn: this.bucket.bucketArn });
    if (this.#ownBucket === undefined) {
      this.#required[this.bucket.bucketArn] = [statement];
    } else {
      new BucketPolicy(this, 'access', { bucket: this.#ownBucket, statements: [statement] });
    }
    const { existingKmsKeyArn } = this.#props;
    if (existingKmsKeyArn !== undefined) {
      this.#required[existingKmsKeyArn] = [contentDecryptStatement(access.distributionArn)];
    }
    this.#ownKey?.allowDistribution(access.distributionArn);
  }
}
