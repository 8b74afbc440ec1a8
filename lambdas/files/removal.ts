import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
  TooManyInvalidationsInProgress,
} from '@aws-sdk/client-cloudfront';
import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type FileRecord, folderPathOf, objectKeyOf } from '#core/files/file-record';

const TIMEOUT_MILLISECONDS = 2_000;
/** Waiting times before an invalidation is asked for again, when too many are in progress. */
const RETRY_MILLISECONDS = [200, 400, 800];

/** Removes the object of a file, and the copies that edge locations have of it. */
export interface ContentRemover {
  /**
   * Deletes the object and asks for the removal of its copies. It can be called again: CloudFront
   * makes no second invalidation, and the bucket gets one more delete marker. Returns whether the
   * copies are gone.
   */
  remove(file: FileRecord): Promise<boolean>;
}

export interface ContentRemoverInput {
  readonly s3Client: Pick<S3Client, 'send'>;
  readonly cloudFrontClient: Pick<CloudFrontClient, 'send'>;
  readonly bucket: string;
  readonly distributionId: string;
  /** Waits before a retry. @default - a timer */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

const COMPLETED = 'Completed';

const options = (): { abortSignal: AbortSignal } => ({
  abortSignal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
});

class AwsContentRemover implements ContentRemover {
  readonly #input: ContentRemoverInput;

  constructor(input: ContentRemoverInput) {
    this.#input = input;
  }

  async remove(file: FileRecord): Promise<boolean> {
    const { s3Client, bucket, wait = sleep } = this.#input;
    const Key = objectKeyOf(file);
    await s3Client.send(new DeleteObjectCommand({ Bucket: bucket, Key }), options());
    for (const delay of [0, ...RETRY_MILLISECONDS]) {
      if (delay > 0) await wait(delay);
      try {
        return await this.#invalidate(file);
      } catch (error) {
        if (!(error instanceof TooManyInvalidationsInProgress)) throw error;
      }
    }
    return false;
  }

  /**
   * The file id is the caller reference: CloudFront makes one invalidation for it, however often it
   * is asked. Download names are cache entries of their own, so the folder is invalidated.
   */
  async #invalidate(file: FileRecord): Promise<boolean> {
    const { cloudFrontClient, distributionId: DistributionId } = this.#input;
    const { Invalidation } = await cloudFrontClient.send(
      new CreateInvalidationCommand({
        DistributionId,
        InvalidationBatch: {
          CallerReference: file.fileId,
          Paths: { Quantity: 1, Items: [`${folderPathOf(file)}*`] },
        },
      }),
      options(),
    );
    if (Invalidation?.Status === COMPLETED) return true;
    const Id = Invalidation?.Id;
    if (Id === undefined) return false;
    const now = await cloudFrontClient.send(
      new GetInvalidationCommand({ DistributionId, Id }),
      options(),
    );
    return now.Invalidation?.Status === COMPLETED;
  }
}

/** Creates what removes objects from the bucket and from the edge of one distribution. */
export function createContentRemover(input: ContentRemoverInput): ContentRemover {
  return new AwsContentRemover(input);
}
