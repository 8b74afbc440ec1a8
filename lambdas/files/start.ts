import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import type { FetchLike } from '#access-token/fetch-jwks';
import { parseFilesVariables, parseFunctionSettings } from '#configuration/function-settings';
import type { Clock } from '#core/clock';
import { createKmsSigner } from '#custody/kms-signer';
import { createDynamoDbRegistry } from '#registry/dynamodb-registry';
import type { ApiApp } from '../http/api-app';
import { createCloudWatchGrantLog } from '../http/grant-log';
import { startApp, type Started } from '../http/invoke';
import type { Telemetry } from '../http/telemetry';
import { createVerifier } from '../http/verifier';
import { createFilesApp } from './app';
import { createContentRemover } from './removal';

/** Everything that a container gets from outside when it starts. */
export interface FilesStartInput {
  /** Reads and parses `settings.json`. It may throw. */
  readonly readSettings: () => unknown;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly kmsClient: Pick<KMSClient, 'send'>;
  readonly logsClient: Pick<CloudWatchLogsClient, 'send'>;
  readonly dynamoDbClient: Pick<DynamoDBClient, 'send'>;
  readonly s3Client: Pick<S3Client, 'send'>;
  readonly cloudFrontClient: Pick<CloudFrontClient, 'send'>;
  /** Name of this container's log stream. No other container may have the same name. */
  readonly logStreamName: string;
  readonly fetch: FetchLike;
  readonly clock: Clock;
  /** Waits before a retry. @default - a timer */
  readonly wait?: (milliseconds: number) => Promise<void>;
  readonly telemetry: Telemetry;
}

async function buildApp(input: FilesStartInput): Promise<ApiApp> {
  const { clock, fetch, telemetry, logStreamName, wait } = input;
  const settings = parseFunctionSettings(input.readSettings());
  const variables = parseFilesVariables(input.variables, settings);
  const { activeSlot, contentBaseUrl, grantLogGroup: logGroupName, originSecrets } = variables;
  const waiting = wait === undefined ? {} : { wait };
  return createFilesApp({
    settings,
    originSecrets,
    verifier: await createVerifier(settings, { fetch, clock }),
    registry: createDynamoDbRegistry({
      client: input.dynamoDbClient,
      tableName: variables.fileTable,
      ...waiting,
    }),
    urlIssuer: {
      contentBaseUrl,
      signer: createKmsSigner({ client: input.kmsClient, ...activeSlot }),
      grantLog: createCloudWatchGrantLog({ client: input.logsClient, logGroupName, logStreamName }),
      settings,
    },
    remover: createContentRemover({
      s3Client: input.s3Client,
      cloudFrontClient: input.cloudFrontClient,
      bucket: variables.contentBucket,
      distributionId: variables.distributionId,
      ...waiting,
    }),
    clock,
    telemetry,
  });
}

/** Starts the application of the files function. */
export async function startFiles(input: FilesStartInput): Promise<Started> {
  return await startApp(() => buildApp(input));
}
