import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Construct } from 'constructs';
import { deploymentParameterName } from '#configuration/deployment-record';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import type { ResourceOwner } from '../synthesis/resource-names';

/** A bucket and the folders in it that may be read. */
export interface ReadableFolders {
  readonly bucketArn: string;
  readonly prefixes: readonly string[];
}

/** What somebody who queries logs needs to reach. */
export interface LogAccess extends ResourceOwner {
  readonly workgroupName: string;
  readonly databaseName: string;
  readonly folders: readonly ReadableFolders[];
  /** Where results of the workgroup go. */
  readonly results: { readonly bucketArn: string; readonly prefix: string };
}

/** What `LogReaders` is made from. */
export interface LogReadersProps extends LogAccess {
  readonly roleName: string;
  readonly description: string;
  /** Buckets that stay closed to this role, whatever policy somebody attaches to it later. @default - none */
  readonly closedBucketArns?: readonly string[];
  /** Lets the role decrypt what it reads; the keys' policies decide. @default false */
  readonly decrypts?: boolean;
}

/**
 * A role for people who query logs: one workgroup, one database, the folders of its tables (L-03). It takes
 * anybody of this account whose own permissions let them assume it, and changes nothing but its results.
 */
export class LogReaders extends Construct {
  constructor(scope: Construct, id: string, props: LogReadersProps) {
    super(scope, id);
    const role = new IamRole(this, 'role', {
      name: props.roleName,
      description: props.description,
      assumeRolePolicy: policyDocument([
        {
          Sid: 'AccountMayAssume',
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${props.accountId}:root` },
          Action: 'sts:AssumeRole',
        },
      ]),
    });
    new IamRolePolicy(this, 'permissions', {
      name: 'permissions',
      role: role.id,
      policy: policyDocument([
        ...accessStatements(props),
        deploymentStatement(props),
        ...decryptStatements(props),
        ...closedStatements(props.closedBucketArns ?? []),
      ]),
    });
  }
}

/** What it takes to query the tables of one database in one workgroup, and nothing else (L-03). */
export function accessStatements(access: LogAccess): PolicyStatement[] {
  return [
    ...queryStatements(access),
    catalogStatement(access),
    ...access.folders.flatMap(readStatements),
    ...resultStatements(access.results),
  ];
}

function queryStatements(props: LogAccess): PolicyStatement[] {
  const athena = `arn:aws:athena:${props.region}:${props.accountId}`;
  return [
    {
      Sid: 'RunQueries',
      Effect: 'Allow',
      Action: [
        'athena:BatchGetNamedQuery',
        'athena:BatchGetQueryExecution',
        'athena:GetNamedQuery',
        'athena:GetPreparedStatement',
        'athena:GetQueryExecution',
        'athena:GetQueryResults',
        'athena:GetQueryResultsStream',
        'athena:GetQueryRuntimeStatistics',
        'athena:GetWorkGroup',
        'athena:ListNamedQueries',
        'athena:ListPreparedStatements',
        'athena:ListQueryExecutions',
        'athena:StartQueryExecution',
        'athena:StopQueryExecution',
      ],
      Resource: `${athena}:workgroup/${props.workgroupName}`,
    },
    {
      Sid: 'BrowseCatalog',
      Effect: 'Allow',
      Action: [
        'athena:GetDataCatalog',
        'athena:GetDatabase',
        'athena:GetTableMetadata',
        'athena:ListDatabases',
        'athena:ListTableMetadata',
      ],
      Resource: `${athena}:datacatalog/AwsDataCatalog`,
    },
    {
      Sid: 'OpenConsole',
      Effect: 'Allow',
      // These take no resource; they name workgroups and catalogs, not what is in them.
      Action: ['athena:ListDataCatalogs', 'athena:ListEngineVersions', 'athena:ListWorkGroups'],
      Resource: '*',
    },
  ];
}

function catalogStatement(props: LogAccess): PolicyStatement {
  const glue = `arn:aws:glue:${props.region}:${props.accountId}`;
  return {
    Sid: 'ReadTables',
    Effect: 'Allow',
    Action: [
      'glue:GetDatabase',
      'glue:GetDatabases',
      'glue:GetPartition',
      'glue:GetPartitions',
      'glue:GetTable',
      'glue:GetTables',
    ],
    Resource: [
      `${glue}:catalog`,
      // AWS's guide to fine-grained access asks for it, whatever is queried.
      `${glue}:database/default`,
      `${glue}:database/${props.databaseName}`,
      `${glue}:table/${props.databaseName}/*`,
    ],
  };
}

/** Where everything is: the command line asks for it first. */
function deploymentStatement({ region, accountId, environmentName }: LogAccess): PolicyStatement {
  const parameter = deploymentParameterName(environmentName);
  return {
    Sid: 'FindDeployment',
    Effect: 'Allow',
    Action: 'ssm:GetParameter',
    Resource: `arn:aws:ssm:${region}:${accountId}:parameter${parameter}`,
  };
}

function readStatements(
  { bucketArn, prefixes }: ReadableFolders,
  index: number,
): PolicyStatement[] {
  return [
    {
      Sid: `ReadLogs${index}`,
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: prefixes.map((prefix) => `${bucketArn}/${prefix}*`),
    },
    {
      Sid: `ListLogs${index}`,
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: bucketArn,
      Condition: { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
    },
    {
      Sid: `FindLogs${index}`,
      Effect: 'Allow',
      Action: 's3:GetBucketLocation',
      Resource: bucketArn,
    },
  ];
}

function resultStatements({ bucketArn, prefix }: LogAccess['results']): PolicyStatement[] {
  return [
    {
      Sid: 'KeepResults',
      Effect: 'Allow',
      Action: [
        's3:AbortMultipartUpload',
        's3:GetObject',
        's3:ListMultipartUploadParts',
        's3:PutObject',
      ],
      Resource: `${bucketArn}/${prefix}*`,
    },
    {
      Sid: 'ListResults',
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: bucketArn,
      Condition: { StringLike: { 's3:prefix': [`${prefix}*`] } },
    },
    {
      Sid: 'FindResults',
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:ListBucketMultipartUploads'],
      Resource: bucketArn,
    },
  ];
}

function decryptStatements({ decrypts, region, accountId }: LogReadersProps): PolicyStatement[] {
  if (decrypts !== true) return [];
  return [
    {
      Sid: 'DecryptLogs',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: `arn:aws:kms:${region}:${accountId}:key/*`,
      Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
    },
  ];
}

function closedStatements(bucketArns: readonly string[]): PolicyStatement[] {
  if (bucketArns.length === 0) return [];
  return [
    {
      Sid: 'StayOut',
      Effect: 'Deny',
      Action: 's3:*',
      Resource: bucketArns.flatMap((arn) => [arn, `${arn}/*`]),
    },
  ];
}
