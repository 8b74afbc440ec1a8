import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Construct } from 'constructs';
import { deploymentParameterName } from '#configuration/deployment-record';
import { acceptFindings } from '../synthesis/accepted-findings';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import type { ResourceOwner } from '../synthesis/resource-names';

/** A bucket and the folders in it that may be read. */
export interface ReadableFolders {
  readonly bucketArn: string;
  readonly prefixes: readonly string[];
}

/** What a principal that queries logs needs access to. */
export interface LogAccess extends ResourceOwner {
  /** Athena workgroup that may be used. */
  readonly workgroupName: string;
  /** Glue database that may be read. */
  readonly databaseName: string;
  /** Folders of logs that may be read. */
  readonly folders: readonly ReadableFolders[];
  /** Where results of the workgroup go. */
  readonly results: { readonly bucketArn: string; readonly prefix: string };
}

/** Who may assume a role that reads logs. */
export interface ReaderTrust {
  /**
   * ARNs of roles and users; `*` stands for any characters. @default - every principal of the
   * account
   */
  readonly principals?: readonly string[];
  /** Whether the session must have begun with multi-factor authentication. */
  readonly requireMfa: boolean;
  /**
   * Paths of AWS Organizations, one of which must hold the principal's account. @default - any
   * account
   */
  readonly organizationPaths?: readonly string[];
}

/** What `LogReaders` is made from. */
export interface LogReadersProps extends LogAccess {
  /** Name of the role. */
  readonly roleName: string;
  /** Description of the role. */
  readonly description: string;
  /** Who may assume the role. @default - nobody */
  readonly trust?: ReaderTrust;
  /**
   * ARNs of buckets that this role may never read; the policy denies it. @default - no bucket is
   * denied
   */
  readonly closedBucketArns?: readonly string[];
  /** Whether the role may ask KMS to decrypt; the key policies decide which keys. @default false */
  readonly decrypts?: boolean;
}

/**
 * A role for people who query logs. It may use one workgroup, one database and the folders of its
 * tables, and
 * it writes only results (L-03). Who may assume it is always said by name or with a condition.
 *
 * @example
 * new LogReaders(stack, 'readers', {
 *   ...workspace.access,
 *   roleName: 'edgepass-production-analysts',
 *   description: 'Queries access logs',
 *   trust: { principals: ['arn:aws:iam::123456789012:role/analyst'], requireMfa: true },
 * });
 */
export class LogReaders extends Construct {
  /** The underlying role. */
  readonly resource: IamRole;

  constructor(scope: Construct, id: string, props: LogReadersProps) {
    super(scope, id);
    this.resource = new IamRole(this, 'role', {
      name: props.roleName,
      description: props.description,
      assumeRolePolicy: policyDocument([trustStatement(props)]),
    });
    if (props.trust !== undefined) acceptFindings(this.resource, TRUST_FINDINGS);
    new IamRolePolicy(this, 'permissions', {
      name: 'permissions',
      role: this.resource.id,
      policy: policyDocument([
        ...accessStatements(props),
        deploymentStatement(props),
        ...decryptStatements(props),
        ...closedStatements(props.closedBucketArns ?? []),
      ]),
    });
  }
}

/** Findings of the policy scanner that stand. */
const TRUST_FINDINGS = {
  CKV_AWS_61:
    'The statement names an account and limits it in its condition: to principals by ARN, to sessions with a second factor, or to both.',
} as const;

/**
 * The role trusts accounts, and names principals in a condition: a deleted role would otherwise
 * leave its id
 * behind, and `*` in the names of IAM Identity Center is possible only there.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
function trustStatement({ trust, accountId }: LogReadersProps): PolicyStatement {
  if (trust === undefined) {
    return {
      Sid: 'NobodyMayAssume',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'sts:AssumeRole',
    };
  }
  const { principals, requireMfa, organizationPaths } = trust;
  const accounts = principals?.map((arn) => arn.split(':')[4] ?? accountId) ?? [accountId];
  return {
    Sid: 'ReadersMayAssume',
    Effect: 'Allow',
    Principal: { AWS: [...new Set(accounts)].map((account) => `arn:aws:iam::${account}:root`) },
    Action: 'sts:AssumeRole',
    Condition: {
      ...(principals !== undefined && { ArnLike: { 'aws:PrincipalArn': principals } }),
      ...(requireMfa && { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
      ...(organizationPaths !== undefined && {
        'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': organizationPaths },
      }),
    },
  };
}

/**
 * Statements that allow queries over the tables of one database in one workgroup, and nothing else
 * (L-03).
 */
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
      // These actions have no resource. They list names of workgroups and catalogs, not their
      // contents.
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
      // Athena needs the default database for every query, as the AWS guide to fine-grained access
      // says.
      `${glue}:database/default`,
      `${glue}:database/${props.databaseName}`,
      `${glue}:table/${props.databaseName}/*`,
    ],
  };
}

/** The command line first reads the deployment record. */
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
