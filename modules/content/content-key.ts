import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { KmsKeyPolicy } from '@cdktf/provider-aws/lib/kms-key-policy';
import { Construct } from 'constructs';
import { administrationStatement } from '../signing/key-policy';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import type { ResourceOwner } from '../synthesis/resource-names';
import { contentDecryptStatement } from './bucket-statements';

/** What `ContentKey` is made from. */
export interface ContentKeyProps extends ResourceOwner {
  readonly retention: 'keep' | 'delete';
}

/** The KMS key that encrypts content at rest (S-05). Call `allowDistribution` once the distribution is known. */
export class ContentKey extends Construct {
  readonly keyArn: string;
  readonly #keyId: string;
  readonly #owner: ResourceOwner;

  constructor(scope: Construct, id: string, props: ContentKeyProps) {
    super(scope, id);
    this.#owner = props;
    const key = new KmsKey(this, 'key', {
      description: `${props.environmentName}: encrypts content`,
      enableKeyRotation: true,
      deletionWindowInDays: props.retention === 'keep' ? 30 : 7,
      ...(props.retention === 'keep' && { lifecycle: { preventDestroy: true } }),
    });
    this.keyArn = key.arn;
    this.#keyId = key.keyId;
  }

  /** Writes the key policy: a resource of its own, or key, bucket and distribution would form a cycle. */
  allowDistribution(distributionArn: string): void {
    new KmsKeyPolicy(this, 'key-policy', {
      keyId: this.#keyId,
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
