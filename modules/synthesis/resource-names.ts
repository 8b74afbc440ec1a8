import { createHash } from 'node:crypto';

/** The environment, account and region that every construct uses to name its resources. */
export interface ResourceOwner {
  /** Name of the environment: 1 to 16 characters of a-z 0-9 and -, part of every resource name. */
  readonly environmentName: string;
  /** AWS account id, 12 digits. Usually a Terraform token (`Account`): only Terraform knows it. */
  readonly accountId: string;
  /** Home region, e.g. `eu-central-1`. */
  readonly region: string;
}

/** First part of every resource name: an account holds other things called `production-api`. */
const PRODUCT = 'edgepass';

/** Name of a resource: `edgepass-<environment>-<part>`. */
export function resourceName(environmentName: string, part: string): string {
  return `${PRODUCT}-${environmentName}-${part}`;
}

/** Name of a resource whose service takes no hyphen, e.g. a Glue database. */
export function underscoredName(environmentName: string, part: string): string {
  return resourceName(environmentName, part).replaceAll('-', '_');
}

/**
 * Name of a bucket: `edgepass-<environment>-<part>-<account>-<8 hex>`, at most 62 characters. The
 * hash is made from environment, part and region. It ends the name, so that no name ends in the
 * reserved `-an` (S-06). The hash is no secret: whoever knows the other parts can compute it.
 */
export function bucketName(owner: ResourceOwner, part: string): string {
  const { environmentName, accountId, region } = owner;
  const hash = createHash('sha256')
    .update(`edgepass/${environmentName}/${part}/${region}`)
    .digest('hex')
    .slice(0, 8);
  return `${resourceName(environmentName, part)}-${accountId}-${hash}`;
}

/**
 * ARN of an IAM role by its name: named before the role exists, so that keys need not wait for it.
 */
export function roleArn(owner: ResourceOwner, roleName: string): string {
  return `arn:aws:iam::${owner.accountId}:role/${roleName}`;
}
