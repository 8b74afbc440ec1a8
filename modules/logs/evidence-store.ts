import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { KmsKeyPolicy } from '@cdktf/provider-aws/lib/kms-key-policy';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { BucketPolicy } from '../content/bucket-policy';
import {
  encryptLogsStatement,
  type LogWriter,
  writeLogsStatement,
} from '../content/bucket-statements';
import { PrivateBucket } from '../content/private-bucket';
import { administrationStatement } from '../signing/key-policy';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import type { ResourceOwner } from '../synthesis/resource-names';
import { accessLogSourceArn, evidenceReaderArn, LOG_BUCKETS, LOG_PREFIXES } from './log-places';

/** What `EvidenceStore` is made from. */
export interface EvidenceStoreProps extends ResourceOwner {
  readonly retention: 'keep' | 'delete';
  /** Days after which evidence is gone. */
  readonly expirationDays: number;
}

/**
 * A bucket for cookies and query strings of access logs, which open content until they expire, and the key
 * that encrypts it. Only the delivery writes, only evidence readers decrypt (L-05). Without versions and
 * without Object Lock: what expires must go (S-14).
 */
export class EvidenceStore extends Construct {
  readonly bucketName: string;
  readonly bucketArn: string;
  /** Its policy alone says who decrypts: whoever changes it can read. */
  readonly keyArn: string;
  /** Deliveries wait for these. */
  readonly policies: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: EvidenceStoreProps) {
    super(scope, id);
    const key = new KmsKey(this, 'key', {
      description: `${props.environmentName}: encrypts evidence`,
      enableKeyRotation: true,
      // Evidence that is left is gone before the key is.
      deletionWindowInDays: 14,
    });
    this.keyArn = key.arn;
    const writer = { accountId: props.accountId, sourceArn: accessLogSourceArn(props) };
    const keyPolicy = new KmsKeyPolicy(this, 'key-policy', {
      keyId: key.keyId,
      policy: policyDocument(keyStatements(props, writer)),
    });
    const bucket = new PrivateBucket(this, 'objects', {
      ...props,
      part: LOG_BUCKETS.evidence,
      kmsKeyArn: key.arn,
      versions: false,
    });
    this.bucketName = bucket.bucketName;
    this.bucketArn = bucket.bucketArn;
    const place = { bucketArn: bucket.bucketArn, prefix: LOG_PREFIXES.evidence };
    const statements = [writeLogsStatement(place, writer)];
    const access = new BucketPolicy(this, 'access', { bucket, statements });
    this.policies = [access.policy, keyPolicy];
  }
}

function keyStatements(owner: ResourceOwner, writer: LogWriter): PolicyStatement[] {
  return [
    administrationStatement(owner),
    encryptLogsStatement(writer),
    {
      Sid: 'EvidenceReadersDecrypt',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${owner.accountId}:root` },
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: {
        StringEquals: { 'kms:ViaService': `s3.${owner.region}.amazonaws.com` },
        ArnEquals: { 'aws:PrincipalArn': evidenceReaderArn(owner) },
      },
    },
  ];
}
