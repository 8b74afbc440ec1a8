import type { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Construct } from 'constructs';
import { KeptKey } from '../signing/kept-key';
import { administrationStatement } from '../signing/key-policy';
import type { Retention } from '../synthesis/kept-family';
import type { PolicyStatement } from '../synthesis/policy-document';
import type { ResourceOwner } from '../synthesis/resource-names';
import { contentDecryptStatement } from './bucket-statements';

/** What `ContentKey` is made from. */
export interface ContentKeyProps extends ResourceOwner {
  /**
   * `keep`: the key stays, with its policy and alias. `delete`: it is deleted, after seven days.
   */
  readonly retention: Retention;
}

/**
 * The KMS key that encrypts content at rest (S-05). Call `allowDistribution` once the distribution
 * is known: it writes the key policy.
 *
 * @example
 * const key = new ContentKey(stack, 'content-key', { ...owner, retention: 'keep' });
 * key.allowDistribution(distribution.distributionArn);
 */
export class ContentKey extends Construct {
  /** The underlying KMS key. */
  readonly resource: KmsKey;
  readonly keyArn: string;
  readonly #key: KeptKey;
  readonly #owner: ResourceOwner;

  constructor(scope: Construct, id: string, props: ContentKeyProps) {
    super(scope, id);
    this.#owner = props;
    this.#key = new KeptKey(this, 'kept', {
      ...props,
      part: 'content-key',
      key: { description: `${props.environmentName}: encrypts content`, enableKeyRotation: true },
    });
    this.resource = this.#key.resource;
    this.keyArn = this.resource.arn;
  }

  /**
   * Writes the key policy. As an argument of the key it would make a cycle with bucket and
   * distribution.
   */
  allowDistribution(distributionArn: string): void {
    this.#key.setPolicy([
      administrationStatement(this.#owner),
      writeThroughS3Statement(this.#owner),
      contentDecryptStatement(distributionArn),
    ]);
  }
}

/**
 * Principals of this account may use the key, but only for requests that S3 makes in their name.
 */
function writeThroughS3Statement(owner: ResourceOwner): PolicyStatement {
  return {
    Sid: 'AccountUsesKeyThroughS3',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${owner.accountId}:root` },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: '*',
    Condition: { StringEquals: { 'kms:ViaService': `s3.${owner.region}.amazonaws.com` } },
  };
}
