import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { KmsKeyPolicy } from '@cdktf/provider-aws/lib/kms-key-policy';
import { Construct } from 'constructs';
import { administrationStatement } from '../signing/key-policy';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import type { ResourceOwner } from '../synthesis/resource-names';
import { contentDecryptStatement } from './bucket-statements';

/** What `ContentKey` is made from. */
export interface ContentKeyProps extends ResourceOwner {
  /** `keep`: Terraform refuses to delete the key. `delete`: the key is deleted, after seven days. */
  readonly retention: 'keep' | 'delete';
}

/**
 * The KMS key that encrypts content at rest (S-05). Call `allowDistribution` once the distribution is known:
 * it writes the key policy.
 *
 * @example
 * const key = new ContentKey(stack, 'content-key', { ...owner, retention: 'keep' });
 * key.allowDistribution(distribution.distributionArn);
 */
export class ContentKey extends Construct {
  /** The underlying KMS key. */
  readonly resource: KmsKey;
  readonly keyArn: string;
  readonly #owner: ResourceOwner;

  constructor(scope: Construct, id: string, props: ContentKeyProps) {
    super(scope, id);
    this.#owner = props;
    this.resource = new KmsKey(this, 'key', {
      description: `${props.environmentName}: encrypts content`,
      enableKeyRotation: true,
      deletionWindowInDays: props.retention === 'keep' ? 30 : 7,
      ...(props.retention === 'keep' && { lifecycle: { preventDestroy: true } }),
    });
    this.keyArn = this.resource.arn;
  }

  /** Writes the key policy. As an argument of the key it would make a cycle with bucket and distribution. */
  allowDistribution(distributionArn: string): void {
    new KmsKeyPolicy(this, 'key-policy', {
      keyId: this.resource.keyId,
      policy: policyDocument([
        administrationStatement(this.#owner),
        writeThroughS3Statement(this.#owner),
        contentDecryptStatement(distributionArn),
      ]),
    });
  }
}

/** Principals of this account may use the key, but only for requests that S3 makes in their name. */
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
