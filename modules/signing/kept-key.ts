import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey, type KmsKeyConfig } from '@cdktf/provider-aws/lib/kms-key';
import { KmsKeyPolicy } from '@cdktf/provider-aws/lib/kms-key-policy';
import { Construct } from 'constructs';
import { keep, KeptClaim, type Retention } from '../synthesis/kept-family';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import { resourceName, type ResourceOwner } from '../synthesis/resource-names';

/**
 * Days between the request to delete a key and its end. The longest that KMS knows, and the
 * shortest.
 */
const DELETION_WINDOW_DAYS = { keep: 30, delete: 7 } as const;

/** What `KeptKey` is made from. */
export interface KeptKeyProps extends ResourceOwner {
  /** Part of the alias, e.g. `content-key`: a-z 0-9 and -. */
  readonly part: string;
  /**
   * `keep`: the key stays, with its policy and alias. `delete`: it is deleted, after seven days.
   */
  readonly retention: Retention;
  /** Description, key spec and usage; the rest is decided here. */
  readonly key: Pick<
    KmsKeyConfig,
    'description' | 'customerMasterKeySpec' | 'keyUsage' | 'enableKeyRotation'
  >;
  /** Conditions under which Terraform may go on with the key. @default - it always may */
  readonly preconditions?: readonly { readonly condition: string; readonly errorMessage: string }[];
}

/**
 * A KMS key with an alias. By the alias the key is found again after its stack was destroyed,
 * because KMS gives keys no names. Call `setPolicy` once everything that the policy names is known.
 *
 * @example
 * const key = new KeptKey(stack, 'content-key', {
 *   ...owner,
 *   part: 'content-key',
 *   retention: 'keep',
 *   key: { description: 'Encrypts content', enableKeyRotation: true },
 * });
 */
export class KeptKey extends Construct {
  /** The underlying KMS key. */
  readonly resource: KmsKey;
  readonly #kept: boolean;
  readonly #alias: string;

  constructor(scope: Construct, id: string, props: KeptKeyProps) {
    super(scope, id);
    this.#kept = props.retention === 'keep';
    this.#alias = `alias/${resourceName(props.environmentName, props.part)}`;
    const claim = this.#kept && new KeptClaim(this, 'claim', { ...props, family: props.part });
    this.resource = new KmsKey(this, 'key', {
      ...props.key,
      deletionWindowInDays: DELETION_WINDOW_DAYS[props.retention],
      lifecycle: {
        ...(this.#kept && { preventDestroy: true }),
        ...(props.preconditions && { precondition: [...props.preconditions] }),
      },
      ...(claim && { dependsOn: [claim.resource] }),
    });
    const { keyId: targetKeyId } = this.resource;
    const alias = new KmsAlias(this, 'alias', { name: this.#alias, targetKeyId });
    if (!this.#kept) return;
    keep(this.resource, { alias: this.#alias });
    keep(alias, { name: this.#alias });
  }

  /** Writes the key policy: a resource of its own, so that it may name what refers to the key. */
  setPolicy(statements: readonly PolicyStatement[]): KmsKeyPolicy {
    const policy = new KmsKeyPolicy(this, 'policy', {
      keyId: this.resource.keyId,
      policy: policyDocument([...statements]),
    });
    if (this.#kept) keep(policy, { alias: this.#alias });
    return policy;
  }
}
