import { DataResource } from 'cdktf';
import { Construct } from 'constructs';

/** The two slots of the origin secret. To change the secret, replace the unused slot, then send that one. */
export type OriginSecretSlot = 'a' | 'b';

const SLOTS: readonly OriginSecretSlot[] = ['a', 'b'];

/** What `OriginSecret` is made from. */
export interface OriginSecretProps {
  /** Slot whose value CloudFront sends. The functions accept both. */
  readonly sentSlot: OriginSecretSlot;
}

/**
 * A secret that only this distribution and its functions know (S-13). Terraform makes it once; it is the one
 * secret in the state. To change it, run `terraform apply -replace` for the unused slot, then send that slot.
 *
 * @example
 * const originSecret = new OriginSecret(stack, 'origin-secret', { sentSlot: 'a' });
 */
export class OriginSecret extends Construct {
  /** The underlying resources, one for each slot. */
  readonly resources: Readonly<Record<OriginSecretSlot, DataResource>>;
  /** Value that CloudFront sends: a token. */
  readonly sentValue: string;
  /** Values that the functions accept: tokens. */
  readonly acceptedValues: readonly string[];

  constructor(scope: Construct, id: string, { sentSlot }: OriginSecretProps) {
    super(scope, id);
    if (!SLOTS.includes(sentSlot)) {
      throw new Error(
        `sentSlot: expected one of ${SLOTS.join(', ')}, got ${JSON.stringify(sentSlot)}`,
      );
    }
    this.resources = { a: this.#createValue('a'), b: this.#createValue('b') };
    this.sentValue = valueOf(this.resources[sentSlot]);
    this.acceptedValues = Object.values(this.resources).map(valueOf);
  }

  #createValue(slot: OriginSecretSlot): DataResource {
    const value = new DataResource(this, `slot-${slot}`, {
      lifecycle: { ignoreChanges: ['input'] },
    });
    value.addOverride('input', '${uuid()}');
    return value;
  }
}

function valueOf(resource: DataResource): string {
  return resource.getStringAttribute('output');
}
