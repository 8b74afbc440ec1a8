import { createHash } from 'node:crypto';

/** Who and where an environment is; accepted by every construct that names resources. */
export interface ResourceOwner {
  /** Prefix of every resource name. */
  readonly environmentName: string;
  /** AWS account id; a Terraform token, since only Terraform knows it. */
  readonly accountId: string;
  /** Home region. */
  readonly region: string;
}

/**
 * Name of a bucket: `<environment>-<part>-<account>-<region>-<8 hex>`. The hash ends the name, so that
 * none ends in the reserved `-an` (S-06). It is no secret: who knows the other parts can compute it.
 */
export function bucketName(owner: ResourceOwner, part: string): string {
  const { environmentName, accountId, region } = owner;
  const hash = createHash('sha256')
    .update(`edgepass/${environmentName}/${part}/${region}`)
    .digest('hex')
    .slice(0, 8);
  return `${environmentName}-${part}-${accountId}-${region}-${hash}`;
}

/** ARN of an IAM role by its name: named before the role exists, so that keys need not wait for it. */
export function roleArn(owner: ResourceOwner, roleName: string): string {
  return `arn:aws:iam::${owner.accountId}:role/${roleName}`;
}
