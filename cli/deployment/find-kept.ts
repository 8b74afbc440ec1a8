import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
} from '@aws-sdk/client-s3';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { clientSettings, createAwsClients } from '#aws/clients';
import type { ProcessEnvironment } from '#aws/endpoints';
import type { KeptId, KeptResource } from '#core/contract/kept-manifest';
import { UnreachableError } from '../unreachable-error';

/** Error codes with which the used AWS APIs say that a resource does not exist. */
const ABSENT = new Set([
  'NoSuchBucket',
  'NoSuchBucketPolicy',
  'NoSuchLifecycleConfiguration',
  'NoSuchPublicAccessBlockConfiguration',
  'NotFound',
  'NotFoundException',
  'ObjectLockConfigurationNotFoundError',
  'OwnershipControlsNotFoundError',
  'ParameterNotFound',
  'ResourceNotFoundException',
  'ServerSideEncryptionConfigurationNotFoundError',
]);

/** AWS clients for the account that is searched. */
interface SearchClients {
  readonly s3: S3Client;
  readonly kms: KMSClient;
  readonly ssm: SSMClient;
  readonly logs: CloudWatchLogsClient;
  readonly dynamoDb: DynamoDBClient;
}

/** Returns the answer, or undefined if the requested resource does not exist. */
async function answered<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && ABSENT.has(error.name)) return undefined;
    throw error;
  }
}

type Find = (clients: SearchClients, name: string) => Promise<unknown>;

/**
 * For each resource type, a function that returns whether a resource with this import id exists.
 */
const FINDERS: Readonly<Record<string, Find>> = {
  aws_dynamodb_table: ({ dynamoDb }, TableName) =>
    dynamoDb.send(new DescribeTableCommand({ TableName })),
  aws_s3_bucket: ({ s3 }, Bucket) => s3.send(new HeadBucketCommand({ Bucket })),
  aws_s3_bucket_acl: ({ s3 }, Bucket) => s3.send(new GetBucketAclCommand({ Bucket })),
  aws_s3_bucket_lifecycle_configuration: ({ s3 }, Bucket) =>
    s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
  aws_s3_bucket_logging: async ({ s3 }, Bucket) => {
    const { LoggingEnabled } = await s3.send(new GetBucketLoggingCommand({ Bucket }));
    return LoggingEnabled;
  },
  aws_s3_bucket_object_lock_configuration: ({ s3 }, Bucket) =>
    s3.send(new GetObjectLockConfigurationCommand({ Bucket })),
  aws_s3_bucket_ownership_controls: ({ s3 }, Bucket) =>
    s3.send(new GetBucketOwnershipControlsCommand({ Bucket })),
  aws_s3_bucket_policy: ({ s3 }, Bucket) => s3.send(new GetBucketPolicyCommand({ Bucket })),
  aws_s3_bucket_public_access_block: ({ s3 }, Bucket) =>
    s3.send(new GetPublicAccessBlockCommand({ Bucket })),
  aws_s3_bucket_server_side_encryption_configuration: ({ s3 }, Bucket) =>
    s3.send(new GetBucketEncryptionCommand({ Bucket })),
  aws_s3_bucket_versioning: async ({ s3 }, Bucket) => {
    const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
    return Status;
  },
  aws_kms_alias: async ({ kms }, alias) => {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: alias }));
    return KeyMetadata;
  },
  aws_cloudwatch_log_group: async ({ logs }, name) => {
    const { logGroups = [] } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: name }),
    );
    return logGroups.find(({ logGroupName }) => logGroupName === name);
  },
  aws_ssm_parameter: ({ ssm }, Name) => ssm.send(new GetParameterCommand({ Name })),
};

/**
 * Returns the key id of an alias. @throws UnreachableError for a key that is scheduled for deletion
 */
async function findKey({ kms }: SearchClients, alias: string): Promise<string | undefined> {
  const found = await answered(kms.send(new DescribeKeyCommand({ KeyId: alias })));
  if (found?.KeyMetadata?.DeletionDate !== undefined) {
    throw new UnreachableError(
      `the key behind ${alias} is scheduled for deletion on ${found.KeyMetadata.DeletionDate.toISOString()}: ` +
        'cancel that first (aws kms cancel-key-deletion), or what it encrypts is lost',
    );
  }
  return found?.KeyMetadata?.KeyId;
}

/** Returns whether {@link KeptSearch} can find resources of a type by their name. */
export function isFoundByName(type: string): boolean {
  return Object.hasOwn(FINDERS, type);
}

/** Searches one account for kept resources. */
export class KeptSearch {
  readonly #variables: ProcessEnvironment;
  readonly #byRegion = new Map<string | undefined, SearchClients>();
  readonly #accountId: string;

  constructor(variables: ProcessEnvironment, accountId: string) {
    this.#variables = variables;
    this.#accountId = accountId;
  }

  /**
   * Returns the id that `terraform import` accepts, or undefined if the resource does not exist.
   */
  async find({ type, id }: KeptResource): Promise<string | undefined> {
    const named = this.#fill(id);
    const clients = this.#clientsOf(named);
    if ('alias' in named) return findKey(clients, named.alias);
    const find = FINDERS[type];
    if (find === undefined) throw new Error(`no way is known to find an ${type}`);
    const found = await answered(find(clients, named.name));
    return found === undefined ? undefined : named.name;
  }

  /** Returns clients for the region of a resource, by default the home region. */
  #clientsOf(id: KeptId): SearchClients {
    const region = 'region' in id ? id.region : undefined;
    const known = this.#byRegion.get(region);
    if (known !== undefined) return known;
    const variables = { ...this.#variables, ...(region !== undefined && { AWS_REGION: region }) };
    const { s3, kms, ssm } = createAwsClients(variables);
    const logs = new CloudWatchLogsClient(clientSettings(variables, 'CLOUDWATCH_LOGS'));
    const dynamoDb = new DynamoDBClient(clientSettings(variables, 'DYNAMODB'));
    const clients = { s3, kms, ssm, logs, dynamoDb };
    this.#byRegion.set(region, clients);
    return clients;
  }

  /** Replaces the reference to the account id in a name, which otherwise only Terraform can do. */
  #fill(id: KeptId): KeptId {
    if ('alias' in id) return id;
    return {
      ...id,
      name: id.name.replaceAll(/\$\{data\.aws_caller_identity\.[^}]+\}/g, this.#accountId),
    };
  }
}
