import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { buildSeedObjects } from './content';

/**
 * Puts the example objects into the content bucket. They are always the same, so it can be
 * repeated.
 */
export async function seedContent(client: S3Client, bucket: string): Promise<void> {
  await Promise.all(
    buildSeedObjects().map(({ key, contentType, body }) =>
      client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: contentType, Body: body }),
      ),
    ),
  );
}
