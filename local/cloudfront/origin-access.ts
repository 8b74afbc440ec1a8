import { GetBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import { evaluateResourcePolicy, type AccessRequest } from '../aws/resource-policy';
import type { Distribution, Origin } from './distribution';
import { bucketOf } from './origin';

const POLICY_SECONDS_MAX = 2;

interface KnownPolicy {
  readonly document: string | null;
  readonly readAtSeconds: number;
}

/**
 * Decides what the bucket's deployed policy lets the distribution's origin access control do. The emulator
 * answers everybody, so nothing reaches it that this refuses.
 */
export class OriginAccess {
  readonly #client: S3Client;
  readonly #policies = new Map<string, KnownPolicy>();

  constructor(client: S3Client) {
    this.#client = client;
  }

  /** True when the policy allows the action on the object (or, without a path, on the bucket). */
  async allows(
    action: string,
    target: { distribution: Distribution; origin: Origin; rawPath?: string; nowSeconds: number },
  ): Promise<boolean> {
    const bucket = bucketOf(target.origin);
    const document = await this.#policyOf(bucket, target.nowSeconds);
    if (document === null) return false;
    const key =
      target.rawPath === undefined
        ? ''
        : decodeObjectKey(target.origin.originPath + target.rawPath);
    if (key === null) return false;
    return (
      evaluateResourcePolicy(
        document,
        accessRequest(action, `arn:aws:s3:::${bucket}${key}`, target),
      ) === 'allow'
    );
  }

  async #policyOf(bucket: string, nowSeconds: number): Promise<string | null> {
    const known = this.#policies.get(bucket);
    if (known !== undefined && nowSeconds - known.readAtSeconds < POLICY_SECONDS_MAX)
      return known.document;
    const document = await this.#readPolicy(bucket);
    this.#policies.set(bucket, { document, readAtSeconds: nowSeconds });
    return document;
  }

  async #readPolicy(bucket: string): Promise<string | null> {
    try {
      const { Policy } = await this.#client.send(new GetBucketPolicyCommand({ Bucket: bucket }));
      return Policy ?? null;
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchBucketPolicy') return null;
      throw error;
    }
  }
}

/**
 * The object key that S3 reads from a raw path, or null when there is none: not UTF-8 once unescaped, or with
 * dot segments, which S3 takes literally and an emulator may resolve into another tenant's key.
 */
function decodeObjectKey(rawPath: string): string | null {
  try {
    const key = decodeURIComponent(rawPath);
    return key.split('/').some((segment) => segment === '.' || segment === '..') ? null : key;
  } catch {
    return null;
  }
}

function accessRequest(
  action: string,
  resource: string,
  { distribution, origin }: { distribution: Distribution; origin: Origin },
): AccessRequest {
  return {
    principal: origin.signed
      ? { kind: 'service', service: 'cloudfront.amazonaws.com' }
      : { kind: 'anonymous' },
    action,
    resource,
    // CloudFront always reaches S3 over TLS when it signs.
    context: {
      'aws:securetransport': String(origin.signed),
      ...(origin.signed && {
        'aws:sourcearn': distribution.arn,
        'aws:sourceaccount': distribution.arn.split(':')[4] ?? '',
      }),
    },
  };
}
