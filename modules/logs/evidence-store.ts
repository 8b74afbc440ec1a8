import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { BucketPolicy } from '../content/bucket-policy';
import {
  encryptLogsStatement,
  type LogWriter,
  writeLogsStatement,
} from '../content/bucket-statements';
import { PrivateBucket } from '../content/private-bucket';
import { KeptKey } from '../signing/kept-key';
import { administrationStatement } from '../signing/key-policy';
import { forgetFamily, type Retention } from '../synthesis/kept-family';
import type { PolicyStatement } from '../synthesis/policy-document';
import type { ResourceOwner } from '../synthesis/resource-names';
import { BucketAccessLog } from './bucket-access-log';
import { accessLogSourceArn, evidenceReaderArn, LOG_BUCKETS, LOG_PREFIXES } from './log-places';

/** What `EvidenceStore` is made from. */
export interface EvidenceStoreProps extends ResourceOwner {
  /** `keep`: the bucket stays, with all its settings. `delete`: it goes, with everything in it. */
  readonly retention: Retention;
  /** Days after which evidence is deleted. */
  readonly expirationDays: number;
  /** Days for which the log of requests for this bucket is kept. @default - there is no such log */
  readonly accessLogDays?: number;
}

/**
 * The bucket for cookies and query strings of access logs, and the key that encrypts it. Such
 * values open content until they expire: only the delivery may write and only evidence readers may
 * decrypt (L-05). There are no versions and no Object Lock, so that an expired object is gone
 * (S-14).
 *
 * @example
 * const evidence = new EvidenceStore(stack, 'evidence', {
 *   ...owner,
 *   retention: 'keep',
 *   expirationDays: 7,
 * });
 */
export class EvidenceStore extends Construct {
  /** The underlying bucket. */
  readonly bucket: PrivateBucket;
  readonly bucketName: string;
  readonly bucketArn: string;
  /** ARN of the key. Its policy decides who can read evidence, so changes of it are watched. */
  readonly keyArn: string;
  /** Deliveries wait for these policies. */
  readonly policies: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: EvidenceStoreProps) {
    super(scope, id);
    const key = new KeptKey(this, 'kept', {
      ...props,
      part: 'evidence-key',
      key: { description: `${props.environmentName}: encrypts evidence`, enableKeyRotation: true },
    });
    const kmsKeyArn = key.resource.arn;
    this.keyArn = kmsKeyArn;
    const writer = { accountId: props.accountId, sourceArn: accessLogSourceArn(props) };
    const keyPolicy = key.setPolicy(keyStatements(props, writer));
    this.bucket = new PrivateBucket(this, 'objects', {
      ...props,
      part: LOG_BUCKETS.evidence,
      kmsKeyArn,
      versions: false,
      ...(props.accessLogDays !== undefined && { accessLog: 'source' }),
    });
    const { bucket } = this;
    this.bucketName = bucket.bucketName;
    this.bucketArn = bucket.bucketArn;
    const place = { bucketArn: bucket.bucketArn, prefix: LOG_PREFIXES.evidence };
    const statements = [writeLogsStatement(place, writer)];
    const access = new BucketPolicy(this, 'access', { bucket, statements });
    this.policies = [access.resource, keyPolicy];
    this.#logRequests(props);
  }

  /** Who reads what opens content must be known, also to those who may read it. */
  #logRequests({ accessLogDays, ...props }: EvidenceStoreProps): void {
    const create = (scope: Construct, expirationDays: number): BucketAccessLog =>
      new BucketAccessLog(scope, 'reads', {
        ...props,
        part: LOG_BUCKETS.evidenceReads,
        sourceBucketArn: this.bucketArn,
        expirationDays,
      });
    if (accessLogDays !== undefined) create(this, accessLogDays).record(this.bucket);
    else if (props.retention === 'keep') forgetFamily(this, (shadow) => create(shadow, 1));
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
