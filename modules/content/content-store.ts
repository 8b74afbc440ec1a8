import { Construct } from 'constructs';
import { forgetFamily, type Retention } from '../synthesis/kept-family';
import type { PolicyStatement } from '../synthesis/policy-document';
import type { ResourceOwner } from '../synthesis/resource-names';
import { BucketPolicy } from './bucket-policy';
import { contentDecryptStatement, contentReadStatement } from './bucket-statements';
import { ContentKey } from './content-key';
import { type ContentBucket, existingContentBucket, PrivateBucket } from './private-bucket';

/** What `ContentStore` is made from. */
export interface ContentStoreProps extends ResourceOwner {
  /** `keep`: bucket and key stay. `delete`: they go, with everything in the bucket. */
  readonly retention: Retention;
  /** A bucket of yours; no resource is attached to it. @default - a bucket is created */
  readonly existingBucket?: { readonly name: string; readonly region?: string };
  /** `s3`: AES-256 with keys of S3; `kms`: a KMS key is created. @default s3 */
  readonly encryption?: 's3' | 'kms';
  /** ARN of a KMS key of yours that encrypts the content. @default - see `encryption` */
  readonly existingKmsKeyArn?: string;
}

/** Which distribution may read, and whether it may read `public/` too. */
export interface DistributionAccess {
  readonly distributionArn: string;
  readonly publicPrefix: boolean;
}

/**
 * The bucket with the content and the key that encrypts it: created here, or yours. Nothing is
 * attached to a bucket or key of yours, because a bucket policy or setting would replace what you
 * have. The statements that they need are in `requiredStatements`.
 *
 * @example
 * const store = new ContentStore(stack, 'content', { ...owner, retention: 'keep' });
 * store.allowDistribution({ distributionArn: distribution.distributionArn, publicPrefix: false });
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
    this.#ownKey = this.#createKey();
    const kmsKeyArn = props.existingKmsKeyArn ?? this.#ownKey?.keyArn;
    const own = { ...props, part: 'content', ...(kmsKeyArn !== undefined && { kmsKeyArn }) };
    if (props.existingBucket === undefined) {
      this.#ownBucket = new PrivateBucket(this, 'bucket', own);
      this.bucket = this.#ownBucket;
      return;
    }
    const { name, region = props.region } = props.existingBucket;
    this.bucket = existingContentBucket(name, region);
    if (props.retention !== 'keep') return;
    forgetFamily(this, (shadow) => {
      new BucketPolicy(shadow, 'access', { bucket: new PrivateBucket(shadow, 'bucket', own) });
    });
  }

  #createKey(): ContentKey | undefined {
    const props = this.#props;
    if (props.encryption === 'kms') return new ContentKey(this, 'key', props);
    if (props.retention === 'keep') {
      forgetFamily(this, (shadow) => {
        new ContentKey(shadow, 'key', props).allowDistribution('');
      });
    }
    return undefined;
  }

  /** ARN of the key that was created here; undefined when S3's keys or a key of yours encrypt. */
  get ownKeyArn(): string | undefined {
    return this.#ownKey?.keyArn;
  }

  /** Statements that you must add to your bucket or key, by the ARN of the bucket or key. */
  get requiredStatements(): Readonly<Record<string, readonly PolicyStatement[]>> {
    return this.#required;
  }

  /**
   * Lets one distribution read. Called after the distribution was made, so that there is no cycle.
   */
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
