import { createHash } from 'node:crypto';

/** The environment, account and region that every construct uses to name its resources. */
export interface ResourceOwner {
  /** Name of the environment: 1 to 16 characters of a-z 0-9 and -, the prefix of every resource name. */
  readonly environmentName: string;
  /** AWS account id, 12 digits. Usually a Terraform token (`Account`): only Terraform knows it. */
  readonly accountId: string;
  /** Home region, e.g. `eu-central-1`. */
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
