import { GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetBucketEncryptionCommand, GetBucketPolicyCommand } from '@aws-sdk/client-s3';
import { clientSettings } from '#aws/clients';
import type { ProcessEnvironment } from '#aws/endpoints';
import { sendToEmulator } from './origin';
import type { OriginAnswer, OriginRequest } from './origin-request';

/** The requests that the edge sends to the services behind it. */
export interface OriginBackend {
  send(request: OriginRequest): Promise<OriginAnswer>;
  /** Returns the bucket's policy as JSON, or undefined if it has none. */
  readBucketPolicy(bucket: string): Promise<string | undefined>;
  /**
   * Returns the KMS key for new objects of the bucket that do not name a key. Returns undefined if
   * there is none.
   */
  readDefaultKey(bucket: string): Promise<string | undefined>;
  /** Returns the policy of a KMS key as JSON. */
  readKeyPolicy(keyId: string): Promise<string>;
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

async function readBucketPolicy(s3: S3Client, bucket: string): Promise<string | undefined> {
  try {
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    return Policy;
  } catch (error) {
    if (isNamed(error, 'NoSuchBucketPolicy')) return undefined;
    throw error;
  }
}

async function readDefaultKey(s3: S3Client, bucket: string): Promise<string | undefined> {
  try {
    const { ServerSideEncryptionConfiguration: found } = await s3.send(
      new GetBucketEncryptionCommand({ Bucket: bucket }),
    );
    const byDefault = found?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
    return byDefault?.SSEAlgorithm === 'AES256' ? undefined : byDefault?.KMSMasterKeyID;
  } catch (error) {
    if (isNamed(error, 'ServerSideEncryptionConfigurationNotFoundError')) return undefined;
    throw error;
  }
}

/** Creates a backend that uses the emulator at the endpoints in the environment variables. */
export function createEmulatorBackend(
  s3: S3Client,
  environment: ProcessEnvironment,
  kms: Pick<KMSClient, 'send'> = new KMSClient(clientSettings(environment, 'KMS')),
): OriginBackend {
  return {
    send: (request) => sendToEmulator(request, environment),
    readBucketPolicy: (bucket) => readBucketPolicy(s3, bucket),
    readDefaultKey: (bucket) => readDefaultKey(s3, bucket),
    readKeyPolicy: async (keyId) => {
      const { Policy } = await kms.send(
        new GetKeyPolicyCommand({ KeyId: keyId, PolicyName: 'default' }),
      );
      return Policy ?? '{"Statement":[]}';
    },
  };
}
