import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { Construct } from 'constructs';
import { originSecretParameterName } from '#configuration/deployment-record';
import { acceptFindings } from '../synthesis/accepted-findings';

/**
 * The two slots of the origin secret. To change the secret, replace the unused slot, then send that
 * one.
 */
export type OriginSecretSlot = 'a' | 'b';

const SLOTS: readonly OriginSecretSlot[] = ['a', 'b'];

/** What `OriginSecret` is made from. */
export interface OriginSecretProps {
  /** Part of the names of the parameters. */
  readonly environmentName: string;
  /** Slot whose value CloudFront sends. The functions accept both. */
  readonly sentSlot: OriginSecretSlot;
}

/**
 * A secret that only this distribution and its functions know (S-13). Terraform makes it once; it
 * is the one secret in the state. It is the value of an SSM parameter, because the provider marks
 * that value as sensitive: no plan, apply or destroy prints it, nor the header and variables that
 * it flows into. To change it, run `terraform apply -replace` for the unused slot, then send that
 * slot.
 *
 * @example
 * const originSecret = new OriginSecret(stack, 'origin-secret', {
 *   environmentName: 'production',
 *   sentSlot: 'a',
 * });
 */
export class OriginSecret extends Construct {
  /** The underlying resources, one for each slot. */
  readonly resources: Readonly<Record<OriginSecretSlot, SsmParameter>>;
  /** Value that CloudFront sends: a token. */
  readonly sentValue: string;
  /** Values that the functions accept: tokens. */
  readonly acceptedValues: readonly string[];

  constructor(scope: Construct, id: string, { environmentName, sentSlot }: OriginSecretProps) {
    super(scope, id);
    if (!SLOTS.includes(sentSlot)) {
      throw new Error(
        `sentSlot: expected one of ${SLOTS.join(', ')}, got ${JSON.stringify(sentSlot)}`,
      );
    }
    this.resources = {
      a: this.#createParameter(environmentName, 'a'),
      b: this.#createParameter(environmentName, 'b'),
    };
    this.sentValue = valueOf(this.resources[sentSlot]);
    this.acceptedValues = Object.values(this.resources).map(valueOf);
  }

  #createParameter(environmentName: string, slot: OriginSecretSlot): SsmParameter {
    const parameter = new SsmParameter(this, `slot-${slot}`, {
      name: originSecretParameterName(environmentName, slot),
      description: 'Sent by the distribution to its API; made by Terraform, never read from here',
      type: 'SecureString',
      value: '${uuid()}',
      lifecycle: { ignoreChanges: ['value'] },
    });
    acceptFindings(parameter, {
      CKV_AWS_337:
        'Nothing reads the parameter: its value is in the state, the distribution and the function. The key `aws/ssm` encrypts it.',
    });
    return parameter;
  }
}

function valueOf({ value }: SsmParameter): string {
  return value;
}
