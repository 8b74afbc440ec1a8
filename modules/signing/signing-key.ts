import { CloudfrontPublicKey } from '@cdktf/provider-aws/lib/cloudfront-public-key';
import { DataAwsKmsPublicKey } from '@cdktf/provider-aws/lib/data-aws-kms-public-key';
import type { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { DataResource, Fn } from 'cdktf';
import { Construct } from 'constructs';
import { type KeySpec, SIGNING_ALGORITHMS } from '#core/contract/signing-slots';
import { slotFamily } from '../synthesis/environment-guard';
import type { Retention } from '../synthesis/kept-family';
import { resourceName, type ResourceOwner } from '../synthesis/resource-names';
import { KeptKey } from './kept-key';
import { administrationStatement, signStatement } from './key-policy';

/** A KMS key spec that CloudFront accepts. */
export type SigningKeySpec = KeySpec;

/** What `SigningKey` is made from. */
export interface SigningKeyProps extends ResourceOwner {
  /**
   * Name of the slot in the environment file: 1 to 16 characters of a-z 0-9, the first a letter.
   */
  readonly slot: string;
  /** @default RSA_2048 */
  readonly keySpec?: SigningKeySpec;
  /** ARN of the only role that may sign. The role does not need to exist yet. */
  readonly signerRoleArns: readonly string[];
  /**
   * `keep`: the key stays, with its policy and alias. `delete`: it is deleted, after seven days.
   */
  readonly retention: Retention;
}

/**
 * The key of one slot: a KMS key whose private half never leaves KMS, and its public half at
 * CloudFront (K-07).
 *
 * The public half is read through `terraform_data`. If the data source named the key itself,
 * Terraform would read it again after every change of the key, for example of a tag, and would plan
 * a new public key.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
 *
 * @example
 * const signingKey = new SigningKey(stack, 'signing-key-a', {
 *   ...owner,
 *   slot: 'a',
 *   signerRoleArns: ['arn:aws:iam::123456789012:role/edgepass-production-session'],
 *   retention: 'keep',
 * });
 */
export class SigningKey extends Construct {
  /** The underlying KMS key. */
  readonly resource: KmsKey;
  /** The underlying public key at CloudFront. */
  readonly publicKey: CloudfrontPublicKey;
  /** Name of the slot. */
  readonly slot: string;
  readonly kmsKeyId: string;
  readonly kmsKeyArn: string;
  /** The KMS signing algorithm of the slot's key spec. */
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
    this.resource = this.#createKey(props, keySpec);
    this.kmsKeyId = this.resource.keyId;
    this.kmsKeyArn = this.resource.arn;
    this.publicKey = this.#publish(props, this.resource);
    this.publicKeyId = this.publicKey.id;
  }

  #createKey(props: SigningKeyProps, keySpec: SigningKeySpec): KmsKey {
    const key = new KeptKey(this, 'kept', {
      ...props,
      ...partOf(props.slot),
      key: { ...descriptionOf(props), customerMasterKeySpec: keySpec },
      preconditions: [this.#sameSpec(props.slot, keySpec)],
    });
    key.setPolicy([
      administrationStatement(props),
      signStatement(props, { roleArns: props.signerRoleArns, algorithm: this.algorithm }),
    ]);
    return key.resource;
  }

  /**
   * Terraform would replace a key whose spec changes. The state remembers the first spec of the
   * slot.
   */
  #sameSpec(slot: string, keySpec: SigningKeySpec) {
    const memory = new DataResource(this, 'spec', { lifecycle: { ignoreChanges: ['input'] } });
    memory.addOverride('input', keySpec);
    const remembered = `${memory.terraformResourceType}.${memory.friendlyUniqueId}.output`;
    return {
      condition: `\${${remembered} == "${keySpec}"}`,
      errorMessage:
        `signingKeys.${slot}.keySpec: expected \${${remembered}}, which the slot was made with, got ` +
        `${keySpec}. A key is never changed in place: add a new slot.`,
    };
  }

  #publish(props: SigningKeyProps, key: KmsKey): CloudfrontPublicKey {
    const pointer = new DataResource(this, 'key-id');
    pointer.addOverride('input', key.keyId);
    const publicHalf = new DataAwsKmsPublicKey(this, 'public-half', {
      keyId: pointer.getStringAttribute('output'),
    });
    return new CloudfrontPublicKey(this, 'public-key', {
      // A prefix, not a name: with create_before_destroy the old and the new key exist side by
      // side.
      namePrefix: `${resourceName(props.environmentName, props.slot)}-`,
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
  }
}

function partOf(slot: string): { readonly part: string } {
  return { part: slotFamily(slot) };
}

function descriptionOf({ environmentName, slot }: { environmentName: string; slot: string }) {
  return {
    description: `${environmentName}: signing key of slot ${slot}`,
    keyUsage: 'SIGN_VERIFY',
  };
}

/**
 * Keeps the KMS key of a slot that left the environment, at the address that it had. Nobody may
 * sign with it, and its public half is gone. Terraform keeps the spec that the key was made with.
 */
export function retireSigningKey(
  scope: Construct,
  slot: string,
  props: ResourceOwner & { readonly retention: Retention },
): void {
  const key = new KeptKey(new Construct(scope, slot), 'kept', {
    ...props,
    ...partOf(slot),
    key: descriptionOf({ ...props, slot }),
  });
  key.resource.lifecycle = {
    ...key.resource.lifecycle,
    ignoreChanges: ['customer_master_key_spec'],
  };
  key.setPolicy([administrationStatement(props)]);
}
