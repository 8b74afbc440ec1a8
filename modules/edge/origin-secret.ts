import { DataResource } from 'cdktf';
import { Construct } from 'constructs';

/** The two slots of the origin secret: the idle one is replaced, then becomes the one that is sent. */
export type OriginSecretSlot = 'a' | 'b';

const SLOTS: readonly OriginSecretSlot[] = ['a', 'b'];

/** What `OriginSecret` is made from. */
export interface OriginSecretProps {
  /** Slot whose value CloudFront sends; the function takes both. */
  readonly sentSlot: OriginSecretSlot;
}

/**
 * The value that only this distribution and its function know (S-13): made by Terraform once, the one
 * secret that state holds. To change it: `terraform apply -replace` the idle slot, then send that slot.
 */
export class OriginSecret extends Construct {
  readonly sentValue: string;
  readonly acceptedValues: readonly string[];

  constructor(scope: Construct, id: string, { sentSlot }: OriginSecretProps) {
    super(scope, id);
    if (!SLOTS.includes(sentSlot)) {
      throw new Error(
        `sentSlot: expected one of ${SLOTS.join(', ')}, got ${JSON.stringify(sentSlot)}`,
      );
    }
    const values = { a: this.#createValue('a'), b: this.#createValue('b') };
    this.sentValue = values[sentSlot];
    this.acceptedValues = Object.values(values);
  }

  #createValue(slot: OriginSecretSlot): string {
    const value = new DataResource(this, `slot-${slot}`, {
      lifecycle: { ignoreChanges: ['input'] },
    });
    value.addOverride('input', '${uuid()}');
    return value.getStringAttribute('output');
  }
}
