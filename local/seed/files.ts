import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { epochSeconds } from '#core/clock';
import { parseFileId } from '#core/files/file-id';
import { type FileRecord, objectKeyOf } from '#core/files/file-record';
import { parseTenantId } from '#core/tenancy/tenant-id';
import { userHash } from '#core/user-hash';
import { createDynamoDbRegistry } from '#registry/dynamodb-registry';
import { projectRoot } from '../emulator/tools';
import { PEOPLE, type Person } from '../identity/people';

/** 2026-01-01T00:00:00Z: the same records at every start. */
const SEEDED_AT = epochSeconds(1_767_225_600);

/** A private file of a person, and its bytes. */
export interface SeedFile {
  readonly record: FileRecord;
  readonly body: Buffer;
}

/** Makes the same file id for the same text: a UUID of version 8 (RFC 9562 section 5.8). */
function fileIdFor(text: string): FileRecord['fileId'] {
  const hex = createHash('sha256').update(`edgepass-seed ${text}`).digest('hex');
  return parseFileId(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
  );
}

function filesOf({ id, tenants }: Person, tokenIssuer: string): SeedFile[] {
  return tenants.map((tenant) => {
    const picture = path.join(projectRoot(), 'local', 'seed', 'pictures', `${tenant}-1.png`);
    const body = readFileSync(picture);
    return {
      body,
      record: {
        fileId: fileIdFor(`${tenant}/${id}`),
        tenant: parseTenantId(tenant),
        owner: userHash(tokenIssuer, id),
        visibility: 'private',
        name: `holiday of ${id}.png`,
        contentType: 'image/png',
        size: body.length,
        state: 'stored',
        createdAt: SEEDED_AT,
        updatedAt: SEEDED_AT,
      },
    };
  });
}

/** Builds one private picture for every person in each of their tenants. */
export function buildSeedFiles(tokenIssuer: string): readonly SeedFile[] {
  return PEOPLE.flatMap((person) => filesOf(person, tokenIssuer));
}

export interface SeedFilesInput {
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBClient;
  readonly bucket: string;
  readonly tableName: string;
  readonly tokenIssuer: string;
}

/**
 * Puts the private pictures into the content bucket and registers them. A file that is registered
 * already stays as it is, so it can be repeated.
 */
export async function seedFiles(input: SeedFilesInput): Promise<void> {
  const { s3, dynamoDb: client, bucket, tableName } = input;
  const registry = createDynamoDbRegistry({ client, tableName });
  for (const { record, body } of buildSeedFiles(input.tokenIssuer)) {
    const { contentType: ContentType } = record;
    const object = { Bucket: bucket, Key: objectKeyOf(record), ContentType, Body: body };
    await s3.send(new PutObjectCommand(object));
    await registry.save(record);
  }
}
