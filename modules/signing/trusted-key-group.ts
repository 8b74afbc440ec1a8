import { CloudfrontKeyGroup } from '@cdktf/provider-aws/lib/cloudfront-key-group';
import { Construct } from 'constructs';
import type { SigningKey } from './signing-key';

const PUBLIC_KEYS_MAX = 5;

/** What `TrustedKeyGroup` is made from. */
export interface TrustedKeyGroupProps {
  readonly environmentName: string;
  /** Keys of all slots that are pending, active or retiring: one to five. */
  readonly signingKeys: readonly SigningKey[];
}

/**
 * The public keys whose signatures open content. One group for one distribution (C-05): a group that two
 * distributions trust lets a grant for one be tried at the other.
 */
export class TrustedKeyGroup extends Construct {
  readonly keyGroupId: string;

  constructor(scope: Construct, id: string, props: TrustedKeyGroupProps) {
    super(scope, id);
    const { length } = props.signingKeys;
    if (length < 1 || length > PUBLIC_KEYS_MAX) {
      throw new Error(`signingKeys: expected 1 to ${PUBLIC_KEYS_MAX} keys, got ${length}`);
    }
    this.keyGroupId = new CloudfrontKeyGroup(this, 'key-group', {
      name: `${props.environmentName}-content`,
      comment: `${props.environmentName}: opens private content`,
      items: props.signingKeys.map(({ publicKeyId }) => publicKeyId),
    }).id;
  }
}
