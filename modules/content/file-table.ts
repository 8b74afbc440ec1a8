import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table';
import { Construct } from 'constructs';
import { FILE_TABLE } from '#core/contract/file-table';
import { acceptFindings } from '../synthesis/accepted-findings';
import { keep, KeptClaim, type Retention } from '../synthesis/kept-family';
import { resourceName } from '../synthesis/resource-names';

/** What `FileTable` is made from. */
export interface FileTableProps {
  /** Prefix of the table's name. */
  readonly environmentName: string;
  /** `keep`: the table stays, and nobody can delete it by accident. `delete`: it goes. */
  readonly retention: Retention;
}

/**
 * The table with the records of files. It can be restored to every second of the last 35 days, is
 * encrypted, and costs by request only.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
 *
 * @example
 * const table = new FileTable(stack, 'registry', {
 *   environmentName: 'production',
 *   retention: 'keep',
 * });
 */
export class FileTable extends Construct {
  /** The underlying table. */
  readonly resource: DynamodbTable;
  readonly tableName: string;
  readonly tableArn: string;
  /** ARN of the index that lists the files of a person. */
  readonly ownerIndexArn: string;

  constructor(scope: Construct, id: string, props: FileTableProps) {
    super(scope, id);
    const name = resourceName(props.environmentName, 'files');
    const kept = props.retention === 'keep';
    const claim = kept && new KeptClaim(this, 'claim', { ...props, family: 'file-table' });
    const { fileId, ownerKey, ownerSort, ownerIndex } = FILE_TABLE;
    this.resource = new DynamodbTable(this, 'table', {
      name,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: fileId,
      attribute: [fileId, ownerKey, ownerSort].map((key) => ({ name: key, type: 'S' })),
      globalSecondaryIndex: [
        { name: ownerIndex, hashKey: ownerKey, rangeKey: ownerSort, projectionType: 'ALL' },
      ],
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      deletionProtectionEnabled: kept,
      ...(kept && { lifecycle: { preventDestroy: true } }),
      ...(claim && { dependsOn: [claim.resource] }),
    });
    if (kept) keep(this.resource, { name });
    acceptFindings(this.resource, {
      CKV_AWS_119:
        'DynamoDB encrypts with the key that AWS manages for it in this account. Readers and writers are limited by IAM, so a key of its own would add costs and no boundary.',
    });
    this.tableName = this.resource.name;
    this.tableArn = this.resource.arn;
    this.ownerIndexArn = `${this.tableArn}/index/${ownerIndex}`;
  }
}
