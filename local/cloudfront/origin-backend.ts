import { GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetBucketEncryptionCommand, GetBucketPolicyCommand } from '@aws-sdk/client-s3';
import { clientSettings } from '#aws/clients';
import type { ProcessEnvironment } from '#aws/endpoints';
import { sendToEmulator } from './origin';
import type { OriginAnswer, OriginRequest } from './origin-request';

/** What the edge asks of the world behind it. */
export interface OriginBackend {
  send(request: OriginRequest): Promise<OriginAnswer>;
  /** The bucket's policy as JSON, or undefined when it has none. */
  readBucketPolicy(bucket: string): Promise<string | undefined>;
  /** The KMS key that encrypts new objects of the bucket unless they name another; undefined without one. */
  readDefaultKey(bucket: string): Promise<string | undefined>;
  /** A KMS key's policy as JSON. */
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

/** The emulator behind the local edge, at the endpoints that the environment names. */
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
