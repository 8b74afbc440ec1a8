import { type AccessRequest, evaluateResourcePolicy } from '#aws/resource-policy';
import { isPlainSegment } from '#core/tenancy/path-hygiene';
import type { Distribution, Origin } from './distribution';
import { type EdgeResponse, singleHeader } from './exchange';
import { bucketOf } from './origin';
import type { OriginBackend } from './origin-backend';

const POLICY_SECONDS_MAX = 2;

/** Which bucket, asked by which distribution, when. */
export interface AccessTarget {
  readonly distribution: Distribution;
  readonly origin: Origin;
  readonly nowSeconds: number;
}

/** What S3 takes when no key is named. */
const KEY_OF_AWS = 'alias/aws/s3';

interface KnownText {
  readonly text: string | undefined;
  readonly readAtSeconds: number;
}

/**
 * Decides what the deployed policies of bucket and encryption key let the distribution's origin access
 * control do. The emulator answers everybody, so nothing reaches it, or comes back from it, that this refuses.
 */
export class OriginAccess {
  readonly #backend: OriginBackend;
  readonly #known = new Map<string, KnownText>();

  constructor(backend: OriginBackend) {
    this.#backend = backend;
  }

  /** True when the bucket policy lets the distribution read the object at a raw path. */
  async allowsObject(rawPath: string, target: AccessTarget): Promise<boolean> {
    const key = readObjectKey(target.origin.originPath + rawPath);
    return key !== undefined && this.#bucketAllows('s3:GetObject', `/${key}`, target);
  }

  /** True when the bucket policy lets the distribution list: only then does S3 tell what is missing. */
  allowsList(target: AccessTarget): Promise<boolean> {
    return this.#bucketAllows('s3:ListBucket', '', target);
  }

  /** True when the object is not encrypted by a KMS key, or that key's policy lets the distribution decrypt. */
  async allowsDecrypt(response: EdgeResponse, target: AccessTarget): Promise<boolean> {
    const keyId = await this.#encryptionKey(response, target);
    if (keyId === undefined) return true;
    // The key of AWS itself, which S3 takes when none is named, never lets a distribution in.
    if (keyId.includes('alias/aws/')) return false;
    const policy = await this.#remember(`key ${keyId}`, target.nowSeconds, () =>
      this.#backend.readKeyPolicy(keyId),
    );
    return policy !== undefined && isAllowed(policy, accessRequest('kms:Decrypt', keyId, target));
  }

  /** Undefined: no KMS key. An object that does not say follows its bucket. */
  async #encryptionKey(response: EdgeResponse, target: AccessTarget): Promise<string | undefined> {
    const algorithm = singleHeader(response, 'x-amz-server-side-encryption');
    if (algorithm !== undefined && !algorithm.startsWith('aws:kms')) return undefined;
    const named = singleHeader(response, 'x-amz-server-side-encryption-aws-kms-key-id');
    if (named !== undefined) return named;
    const bucket = requireBucket(target.origin);
    const byDefault = await this.#remember(`default of ${bucket}`, target.nowSeconds, () =>
      this.#backend.readDefaultKey(bucket),
    );
    return byDefault ?? (algorithm === undefined ? undefined : KEY_OF_AWS);
  }

  async #bucketAllows(action: string, path: string, target: AccessTarget): Promise<boolean> {
    const bucket = requireBucket(target.origin);
    const policy = await this.#remember(`bucket ${bucket}`, target.nowSeconds, () =>
      this.#backend.readBucketPolicy(bucket),
    );
    const resource = `arn:aws:s3:::${bucket}${path}`;
    return policy !== undefined && isAllowed(policy, accessRequest(action, resource, target));
  }

  async #remember(
    name: string,
    nowSeconds: number,
    read: () => Promise<string | undefined>,
  ): Promise<string | undefined> {
    const known = this.#known.get(name);
    if (known !== undefined && nowSeconds - known.readAtSeconds < POLICY_SECONDS_MAX)
      return known.text;
    const text = await read();
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
 * The object key that S3 reads from a raw path, or undefined when it reads none, or none that everybody reads
 * alike: dot segments, empty ones, a second layer of escapes. S3 takes them literally; an emulator may
 * resolve them into another tenant's key. The bucket itself has no key: S3 would list it.
 */
function readObjectKey(rawPath: string): string | undefined {
  try {
    const key = decodeURIComponent(rawPath).slice(1);
    return key.split('/').every(isPlainSegment) ? key : undefined;
  } catch {
    return undefined;
  }
}

function isAllowed(policy: string, request: AccessRequest): boolean {
  return evaluateResourcePolicy(policy, request) === 'allow';
}

/** A request as origin access control signs it: always over TLS, always naming its distribution. */
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
