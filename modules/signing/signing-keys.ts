import { Construct } from 'constructs';
import type { SlotState } from '#core/contract/signing-slots';
import type { Retention } from '../synthesis/kept-family';
import type { ResourceOwner } from '../synthesis/resource-names';
import { retireSigningKey, SigningKey, type SigningKeySpec } from './signing-key';
import { TrustedKeyGroup } from './trusted-key-group';

/** State of a slot. All three are in the key group; only the active slot signs. */
export type SigningSlotState = SlotState;

/** One slot, with the key that was made for it. */
export interface SigningSlot {
  readonly signingKey: SigningKey;
  readonly state: SigningSlotState;
}

/** What `SigningKeys` is made from. */
export interface SigningKeysProps extends ResourceOwner {
  /** One to five slots by name, as in the environment file; exactly one of them is `active`. */
  readonly slots: Readonly<
    Record<string, { readonly state: SigningSlotState; readonly keySpec?: SigningKeySpec }>
  >;
  /** ARN of the only role that may sign. The role does not need to exist yet. */
  readonly signerRoleArns: readonly string[];
  /**
   * Slots that left `slots`: `keep` keeps the KMS key, which nothing trusts any more. @default - no
   * slot left
   */
  readonly retiredSlots?: Readonly<Record<string, 'keep' | 'delete'>>;
  /** `keep`: the keys stay. `delete`: they are deleted, after seven days. */
  readonly retention: Retention;
}

/**
 * The signing keys of an environment: one key for each slot, and the key group that holds all of
 * them.
 *
 * @example
 * const signing = new SigningKeys(stack, 'signing', {
 *   ...owner,
 *   slots: { a: { state: 'active' } },
 *   signerRoleArns: ['arn:aws:iam::123456789012:role/edgepass-production-session'],
 *   retention: 'keep',
 * });
 */
export class SigningKeys extends Construct {
  readonly slots: readonly SigningSlot[];
  readonly keyGroup: TrustedKeyGroup;

  constructor(scope: Construct, id: string, props: SigningKeysProps) {
    super(scope, id);
    const { slots, retiredSlots = {}, ...rest } = props;
    this.slots = Object.entries(slots).map(([slot, { state, ...spec }]) => ({
      state,
      signingKey: new SigningKey(this, slot, { ...rest, slot, ...spec }),
    }));
    for (const [slot, fate] of Object.entries(retiredSlots)) {
      if (fate === 'keep') retireSigningKey(this, slot, rest);
    }
    this.keyGroup = new TrustedKeyGroup(this, 'key-group', {
      environmentName: props.environmentName,
      signingKeys: this.slots.map(({ signingKey }) => signingKey),
    });
  }

  /** ARNs of the KMS keys of all slots. */
  get kmsKeyArns(): readonly string[] {
    return this.slots.map(({ signingKey }) => signingKey.kmsKeyArn);
  }
}
