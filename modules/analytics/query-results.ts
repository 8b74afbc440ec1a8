import { Construct } from 'constructs';
import { BucketPolicy } from '../content/bucket-policy';
import { closeFolderStatement } from '../content/bucket-statements';
import { PrivateBucket } from '../content/private-bucket';
import { evidenceReaderArn, LOG_BUCKETS, workspaceNames } from '../logs/log-places';
import type { ResourceOwner } from '../synthesis/resource-names';

/** Results are read once, by whoever asked; the logs are still there to be asked again. */
const RESULT_DAYS = 7;

/**
 * The bucket for results of queries. Emptied on `destroy`: nothing in it is the only copy. What evidence readers
 * find is under no key, so their folder is closed to others by the bucket's policy, evidence or not.
 */
export class QueryResults extends Construct {
  readonly bucketName: string;
  readonly bucketArn: string;

  constructor(scope: Construct, id: string, props: ResourceOwner) {
    super(scope, id);
    const bucket = new PrivateBucket(this, 'objects', {
      ...props,
      part: LOG_BUCKETS.results,
      retention: 'delete',
      expirationDays: RESULT_DAYS,
      versions: false,
    });
    this.bucketName = bucket.bucketName;
    this.bucketArn = bucket.bucketArn;
    const { workgroup } = workspaceNames(props.environmentName, 'evidence-readers');
    const evidence = { bucketArn: bucket.bucketArn, prefix: `${workgroup}/` };
    const statements = [closeFolderStatement(evidence, evidenceReaderArn(props))];
    new BucketPolicy(this, 'access', { bucket, statements });
  }
}
