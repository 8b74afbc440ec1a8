import { Construct } from 'constructs';
import { BucketPolicy } from '../content/bucket-policy';
import { closeFolderStatement } from '../content/bucket-statements';
import { PrivateBucket } from '../content/private-bucket';
import { evidenceReaderArn, LOG_BUCKETS, workspaceNames } from '../logs/log-places';
import type { ResourceOwner } from '../synthesis/resource-names';

/**
 * Days after which results are deleted. The same question can be asked again while the logs are
 * kept.
 */
const RESULT_DAYS = 7;

/**
 * The bucket for results of queries. It is emptied and deleted with the stack, because results can
 * be made again. The bucket policy closes the folder of evidence readers to everybody else.
 *
 * @example
 * const results = new QueryResults(stack, 'results', owner);
 */
export class QueryResults extends Construct {
  /** The underlying bucket. */
  readonly bucket: PrivateBucket;
  readonly bucketName: string;
  readonly bucketArn: string;

  constructor(scope: Construct, id: string, props: ResourceOwner) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, 'objects', {
      ...props,
      part: LOG_BUCKETS.results,
      retention: 'delete',
      expirationDays: RESULT_DAYS,
      versions: false,
    });
    const { bucket } = this;
    this.bucketName = bucket.bucketName;
    this.bucketArn = bucket.bucketArn;
    const { workgroup } = workspaceNames(props.environmentName, 'evidence-readers');
    const evidence = { bucketArn: bucket.bucketArn, prefix: `${workgroup}/` };
    const statements = [closeFolderStatement(evidence, evidenceReaderArn(props))];
    new BucketPolicy(this, 'access', { bucket, statements });
  }
}
