import { CloudfrontKeyGroup } from '@cdktf/provider-aws/lib/cloudfront-key-group';
import { Construct } from 'constructs';
import { resourceName } from '../synthesis/resource-names';
import type { SigningKey } from './signing-key';

const PUBLIC_KEYS_MAX = 5;

/** What `TrustedKeyGroup` is made from. */
export interface TrustedKeyGroupProps {
  /** Prefix of the group's name. */
  readonly environmentName: string;
  /** Keys of all slots that are pending, active or retiring: one to five. */
  readonly signingKeys: readonly SigningKey[];
}

/**
 * The public keys whose signatures open content. Each distribution has a group of its own (C-05):
 * if two distributions trust one group, a grant for the first can be tried at the second.
 *
 * @example
 * const keyGroup = new TrustedKeyGroup(stack, 'key-group', {
 *   environmentName: 'production',
 *   signingKeys: [signingKey],
 * });
 */
export class TrustedKeyGroup extends Construct {
  /** The underlying key group. */
  readonly resource: CloudfrontKeyGroup;
  /** Id that a cache behavior names. */
  readonly keyGroupId: string;

  constructor(scope: Construct, id: string, props: TrustedKeyGroupProps) {
    super(scope, id);
    const { length } = props.signingKeys;
    if (length < 1 || length > PUBLIC_KEYS_MAX) {
      throw new Error(`signingKeys: expected 1 to ${PUBLIC_KEYS_MAX} keys, got ${length}`);
    }
    this.resource = new CloudfrontKeyGroup(this, 'key-group', {
      name: resourceName(props.environmentName, 'content'),
      lifecycle: { createBeforeDestroy: true },
      comment: `${props.environmentName}: opens private content`,
      items: props.signingKeys.map(({ publicKeyId }) => publicKeyId),
    });
    this.keyGroupId = this.resource.id;
  }
}
