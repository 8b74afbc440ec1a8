import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { Construct } from 'constructs';
import { FILES_PATH } from '#core/contract/files-api';
import { FILES_VARIABLES } from '#core/contract/files-variables';
import { FileTable } from '../content/file-table';
import type { ContentBucket } from '../content/private-bucket';
import type { ContentDistribution } from '../edge/content-distribution';
import type { LogGroup } from '../logs/log-group';
import type { PolicyStatement } from '../synthesis/policy-document';
import { resourceName, type ResourceOwner, roleArn } from '../synthesis/resource-names';
import type { ApiFunction } from './http-api';
import {
  createFunctionLog,
  createSigningFunction,
  type SigningFunctionProps,
} from './signing-function';

/** API Gateway takes the most specific route, so these win over the one of the session function. */
const ROUTES = [`ANY ${FILES_PATH}`, `ANY ${FILES_PATH}/{proxy+}`];

/** Name of the function and of its role. The table has the name that ends in `files`. */
function filesFunctionName(environmentName: string): string {
  return resourceName(environmentName, 'files-api');
}

/** ARN of the role that signs, before the role exists: the policy of a signing key names it. */
export function filesRoleArn(owner: ResourceOwner): string {
  return roleArn(owner, filesFunctionName(owner.environmentName));
}

/** What `FilesFunction` is made from. */
export interface FilesFunctionProps extends SigningFunctionProps {
  /** Bucket with the content; the function deletes objects in it. */
  readonly bucket: Pick<ContentBucket, 'bucketName' | 'bucketArn'>;
  /** Distribution whose copies of deleted files the function removes. */
  readonly distribution: Pick<ContentDistribution, 'distributionId' | 'distributionArn'>;
  /** Log group of the records of issued grants. */
  readonly issuedGrants: LogGroup;
}

/**
 * The function behind `/api/files`, and the table with the records of files. Its role may sign with
 * the keys of the slots, read and change records, delete objects below `t/` and `u/`, and
 * invalidate paths of one distribution. It cannot read or write content.
 *
 * @example
 * const files = new FilesFunction(stack, 'files', {
 *   environmentName: 'production',
 *   bundlePath: 'dist/functions/files',
 *   settings,
 *   contentBaseUrl: edge.contentBaseUrl,
 *   signingSlots: signing.slots,
 *   originSecret: edge.originSecret,
 *   bucket: store.bucket,
 *   distribution: edge.distribution,
 *   issuedGrants: session.issuedGrants,
 *   retention: 'keep',
 *   logRetentionDays: 90,
 * });
 * api.route('files-routes', files);
 */
export class FilesFunction extends Construct implements ApiFunction {
  /** The underlying Lambda function. */
  readonly resource: LambdaFunction;
  readonly functionName: string;
  readonly invokeArn: string;
  readonly routes = ROUTES;
  /** Log group of the function. */
  readonly logGroup: LogGroup;
  /** Records of files. */
  readonly table: FileTable;

  constructor(scope: Construct, id: string, props: FilesFunctionProps) {
    super(scope, id);
    const name = filesFunctionName(props.environmentName);
    this.table = new FileTable(this, 'registry', props);
    this.logGroup = createFunctionLog(this, name, props);
    this.resource = createSigningFunction(this, props, {
      name,
      description: `${props.environmentName}: signs URLs of files, lists and deletes files`,
      roleDescription: 'Signs URLs of files, reads their records, deletes files',
      logGroup: this.logGroup,
      issuedGrants: props.issuedGrants,
      statements: [...recordPermissions(this.table), ...removalPermissions(props)],
      variables: {
        [FILES_VARIABLES.fileTable]: this.table.tableName,
        [FILES_VARIABLES.contentBucket]: props.bucket.bucketName,
        [FILES_VARIABLES.distributionId]: props.distribution.distributionId,
      },
    });
    this.functionName = this.resource.functionName;
    this.invokeArn = this.resource.invokeArn;
  }
}

function recordPermissions({ tableArn, ownerIndexArn }: FileTable): readonly PolicyStatement[] {
  return [
    {
      Sid: 'ReadAndChangeRecords',
      Effect: 'Allow',
      Action: [
        'dynamodb:BatchGetItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:UpdateItem',
      ],
      Resource: tableArn,
    },
    {
      Sid: 'ListRecordsOfOwner',
      Effect: 'Allow',
      Action: 'dynamodb:Query',
      Resource: ownerIndexArn,
    },
  ];
}

/** Deleting leaves a delete marker: the bucket keeps the version until its rules remove it. */
function removalPermissions({
  bucket,
  distribution,
}: FilesFunctionProps): readonly PolicyStatement[] {
  return [
    {
      Sid: 'DeleteFiles',
      Effect: 'Allow',
      Action: 's3:DeleteObject',
      Resource: [`${bucket.bucketArn}/t/*`, `${bucket.bucketArn}/u/*`],
    },
    {
      Sid: 'RemoveCopiesAtEdge',
      Effect: 'Allow',
      Action: ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'],
      Resource: distribution.distributionArn,
    },
  ];
}
