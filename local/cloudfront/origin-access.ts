import { type AccessRequest, evaluateResourcePolicy } from '#aws/resource-policy';
import { decodeAsS3, isPlainSegment } from '#core/tenancy/path-hygiene';
import type { Distribution, Origin } from './distribution';
import { type EdgeResponse, singleHeader } from './exchange';
import { bucketOf } from './origin';
import type { OriginBackend } from './origin-backend';
import { answerWithin } from './origin-connection';

const POLICY_SECONDS_MAX = 2;

/** The bucket, the distribution that reads it, and the time. */
export interface AccessTarget {
  readonly distribution: Distribution;
  readonly origin: Origin;
  readonly nowSeconds: number;
}

/** The KMS key that S3 uses if no key is named. */
const KEY_OF_AWS = 'alias/aws/s3';

interface KnownText {
  readonly text: string | undefined;
  readonly readAtSeconds: number;
}

/**
 * Decides what the deployed policies of the bucket and of its encryption key allow the
 * distribution's origin access control. The emulator does not enforce policies, so the edge refuses
 * here before and after it asks the emulator.
 */
export class OriginAccess {
  readonly #backend: OriginBackend;
  readonly #known = new Map<string, KnownText>();

  constructor(backend: OriginBackend) {
    this.#backend = backend;
  }

  /**
   * Returns true if the bucket policy allows the distribution to read the object at a raw path.
   */
  async allowsObject(rawPath: string, target: AccessTarget): Promise<boolean> {
    const key = readObjectKey(target.origin.originPath + rawPath);
    return key !== undefined && this.#bucketAllows('s3:GetObject', `/${key}`, target);
  }

  /**
   * Returns true if the bucket policy allows the distribution to list the bucket. Only then does S3
   * answer 404 for a missing object.
   */
  allowsList(target: AccessTarget): Promise<boolean> {
    return this.#bucketAllows('s3:ListBucket', '', target);
  }

  /**
   * Returns true if the object is not encrypted with a KMS key, or if that key's policy allows the
   * distribution to decrypt.
   */
  async allowsDecrypt(response: EdgeResponse, target: AccessTarget): Promise<boolean> {
    const keyId = await this.#encryptionKey(response, target);
    if (keyId === undefined) return true;
    // The policy of the AWS managed key `aws/s3` never allows a distribution.
    if (keyId.includes('alias/aws/')) return false;
    const policy = await this.#remember(`key ${keyId}`, target, () =>
      this.#backend.readKeyPolicy(keyId),
    );
    return policy !== undefined && isAllowed(policy, accessRequest('kms:Decrypt', keyId, target));
  }

  /**
   * Returns the KMS key of the object, or undefined if it has none. If the object does not name
   * one, the key of its bucket is used.
   */
  async #encryptionKey(response: EdgeResponse, target: AccessTarget): Promise<string | undefined> {
    const algorithm = singleHeader(response, 'x-amz-server-side-encryption');
    if (algorithm !== undefined && !algorithm.startsWith('aws:kms')) return undefined;
    const named = singleHeader(response, 'x-amz-server-side-encryption-aws-kms-key-id');
    if (named !== undefined) return named;
    const bucket = requireBucket(target.origin);
    const byDefault = await this.#remember(`default of ${bucket}`, target, () =>
      this.#backend.readDefaultKey(bucket),
    );
    return byDefault ?? (algorithm === undefined ? undefined : KEY_OF_AWS);
  }

  async #bucketAllows(action: string, path: string, target: AccessTarget): Promise<boolean> {
    const bucket = requireBucket(target.origin);
    const policy = await this.#remember(`bucket ${bucket}`, target, () =>
      this.#backend.readBucketPolicy(bucket),
    );
    const resource = `arn:aws:s3:::${bucket}${path}`;
    return policy !== undefined && isAllowed(policy, accessRequest(action, resource, target));
  }

  /** Reads a text at most every two seconds, and waits for it as for an answer of the origin. */
  async #remember(
    name: string,
    { nowSeconds, origin }: AccessTarget,
    read: () => Promise<string | undefined>,
  ): Promise<string | undefined> {
    const known = this.#known.get(name);
    if (known !== undefined && nowSeconds - known.readAtSeconds < POLICY_SECONDS_MAX)
      return known.text;
    const text = await answerWithin(origin.limits.readSeconds, read());
    this.#known.set(name, { text, readAtSeconds: nowSeconds });
    return text;
  }
}

function requireBucket(origin: Origin): string {
  const bucket = bucketOf(origin);
  if (bucket !== undefined) return bucket;
  throw new Error(`origin ${origin.id}: ${origin.domainName} is not the host name of a bucket`);
}

/**
 * Returns the object key that S3 reads from a raw path. Returns undefined if the path can be read
 * in two ways: dot segments, empty segments, or doubly escaped characters. S3 takes them literally,
 * but an emulator could resolve them to the key of another tenant. A path without a key is refused
 * too, because S3 would list the bucket.
 */
function readObjectKey(rawPath: string): string | undefined {
  const key = decodeAsS3(rawPath)?.slice(1);
  return key?.split('/').every(isPlainSegment) === true ? key : undefined;
}

function isAllowed(policy: string, request: AccessRequest): boolean {
  return evaluateResourcePolicy(policy, request) === 'allow';
}

/**
 * Builds a request as origin access control signs it: over TLS, with the ARN of the distribution.
 */
function accessRequest(
  action: string,
  resource: string,
  { distribution }: AccessTarget,
): AccessRequest {
  return {
    principal: { kind: 'service', service: 'cloudfront.amazonaws.com' },
    action,
    resource,
    context: {
      'aws:securetransport': 'true',
      'aws:sourcearn': distribution.arn,
      'aws:sourceaccount': distribution.arn.split(':')[4] ?? '',
    },
  };
}
