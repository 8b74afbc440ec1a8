import path from 'node:path';
import { App, LocalBackend, S3Backend, type TerraformStack } from 'cdktf';

/** A bucket that keeps state. */
export interface BucketState {
  readonly type: 's3';
  readonly bucket: string;
  readonly region: string;
  /** @default edgepass */
  readonly keyPrefix?: string;
  /** @default - the key of the bucket */
  readonly kmsKeyArn?: string;
}

/**
 * Where the state of a stack is kept; `folder` is the absolute path of the folder of local state
 * files.
 */
export type StateLocation = ({ readonly type: 'local' } | BucketState) & {
  readonly folder: string;
};

/**
 * Gives a stack its backend: a file, named relative to the stack's folder, or S3 with its own lock.
 */
export function useStateBackend(stack: TerraformStack, location: StateLocation): void {
  const fileName = `${stack.node.id}.tfstate`;
  if (location.type === 'local') {
    // Terraform runs in the stack's folder. An absolute path would tie the JSON to one machine.
    const stackFolder = path.resolve(App.of(stack).outdir, 'stacks', stack.node.id);
    const folder = path.relative(stackFolder, location.folder).split(path.sep).join('/');
    new LocalBackend(stack, { path: `${folder}/${fileName}` });
    return;
  }
  const { bucket, region, keyPrefix = 'edgepass', kmsKeyArn } = location;
  new S3Backend(stack, {
    bucket,
    region,
    key: `${keyPrefix}/${fileName}`,
    encrypt: true,
    ...(kmsKeyArn !== undefined && { kmsKeyId: kmsKeyArn }),
  });
  // The binding is older than this argument: S3 itself holds the lock, no DynamoDB table.
  stack.addOverride('terraform.backend.s3.use_lockfile', true);
}
