import { CloudfrontPublicKey } from '@cdktf/provider-aws/lib/cloudfront-public-key';
import { DataAwsKmsPublicKey } from '@cdktf/provider-aws/lib/data-aws-kms-public-key';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { KmsKeyPolicy } from '@cdktf/provider-aws/lib/kms-key-policy';
import { DataResource, Fn } from 'cdktf';
import { Construct } from 'constructs';
import { policyDocument } from '../synthesis/policy-document';
import type { ResourceOwner } from '../synthesis/resource-names';
import { administrationStatement, signStatement } from './key-policy';

/** Key specs that CloudFront accepts (K-08), each with the one KMS algorithm that fits CloudFront's format. */
export const SIGNING_ALGORITHMS = {
  RSA_2048: 'RSASSA_PKCS1_V1_5_SHA_256',
  ECC_NIST_P256: 'ECDSA_SHA_256',
} as const;

/** A KMS key spec that CloudFront accepts. */
export type SigningKeySpec = keyof typeof SIGNING_ALGORITHMS;

const DELETION_WINDOW_DAYS = { keep: 30, delete: 7 } as const;

/** What `SigningKey` is made from. */
export interface SigningKeyProps extends ResourceOwner {
  /** Name of the slot in the environment file. */
  readonly slot: string;
  /** @default RSA_2048 */
  readonly keySpec?: SigningKeySpec;
  /** The only role that may sign. It need not exist yet. */
  readonly signerRoleArn: string;
  readonly retention: 'keep' | 'delete';
}

/**
 * One slot: a KMS key whose private half never leaves KMS, and its public half at CloudFront (K-07).
 *
 * The public half is read through `terraform_data`: a data source that names the key itself would be read
 * again, and plan a new public key, whenever any argument of the key changes, a tag for instance.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
 */
export class SigningKey extends Construct {
  readonly slot: string;
  readonly kmsKeyId: string;
  readonly kmsKeyArn: string;
  readonly algorithm: (typeof SIGNING_ALGORITHMS)[SigningKeySpec];
  /** What CloudFront calls `Key-Pair-Id`. */
  readonly publicKeyId: string;

  constructor(scope: Construct, id: string, props: SigningKeyProps) {
    super(scope, id);
    const { slot, keySpec = 'RSA_2048' } = props;
    if (!(keySpec in SIGNING_ALGORITHMS)) {
      const allowed = Object.keys(SIGNING_ALGORITHMS).join(', ');
      throw new Error(`keySpec: expected one of ${allowed}, got ${JSON.stringify(keySpec)}`);
    }
    this.slot = slot;
    this.algorithm = SIGNING_ALGORITHMS[keySpec];
    const key = this.#createKey(props, keySpec);
    this.kmsKeyId = key.keyId;
    this.kmsKeyArn = key.arn;
    this.publicKeyId = this.#publish(props, key);
  }

  #createKey(props: SigningKeyProps, keySpec: SigningKeySpec): KmsKey {
    const key = new KmsKey(this, 'key', {
      description: `${props.environmentName}: signing key of slot ${props.slot}`,
      customerMasterKeySpec: keySpec,
      keyUsage: 'SIGN_VERIFY',
      deletionWindowInDays: DELETION_WINDOW_DAYS[props.retention],
      ...(props.retention === 'keep' && { lifecycle: { preventDestroy: true } }),
    });
    new KmsKeyPolicy(this, 'key-policy', {
      keyId: key.keyId,
      policy: policyDocument([
        administrationStatement(props),
        signStatement(props, { roleArn: props.signerRoleArn, algorithm: this.algorithm }),
      ]),
    });
    return key;
  }

  #publish(props: SigningKeyProps, key: KmsKey): string {
    const pointer = new DataResource(this, 'key-id');
    pointer.addOverride('input', key.keyId);
    const publicHalf = new DataAwsKmsPublicKey(this, 'public-half', {
      keyId: pointer.getStringAttribute('output'),
    });
    const publicKey = new CloudfrontPublicKey(this, 'public-key', {
      // A prefix, not a name: with create_before_destroy the old and the new key exist side by side.
      namePrefix: `${props.environmentName}-${props.slot}-`,
      comment: `${props.environmentName}: slot ${props.slot}`,
      // CloudFront stores one trailing newline; anything else plans a replacement for ever (K-06).
      encodedKey: `${Fn.trimspace(publicHalf.publicKeyPem)}\n`,
      lifecycle: {
        createBeforeDestroy: true,
        ignoreChanges: ['encoded_key'],
        // Terraform wants the bare address here, not a reference.
        replaceTriggeredBy: [`${pointer.terraformResourceType}.${pointer.friendlyUniqueId}`],
      },
    });
    return publicKey.id;
  }
}
