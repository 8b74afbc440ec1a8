import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { KMSClient } from '@aws-sdk/client-kms';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type Clock, epochSeconds, toRfc3339 } from '#core/clock';
import { invoke } from './invoke';
import { createPowertoolsTelemetry } from './powertools-telemetry';
import { startSession } from './start';

const CLIENT = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000 },
} as const;

const systemClock: Clock = { now: () => epochSeconds(Math.floor(Date.now() / 1000)) };
const telemetry = createPowertoolsTelemetry(process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'session');

const starting = startSession({
  readSettings: () => JSON.parse(readFileSync(join(__dirname, 'settings.json'), 'utf8')) as unknown,
  variables: process.env,
  kmsClient: new KMSClient(CLIENT),
  logsClient: new CloudWatchLogsClient(CLIENT),
  logStreamName: `${toRfc3339(systemClock.now()).slice(0, 'yyyy-mm-dd'.length)}/${randomUUID()}`,
  fetch,
  clock: systemClock,
  random: Math.random,
  telemetry,
});

/**
 * Entry point of the Lambda function `session`. It receives HTTP API events in payload format 2.0.
 */
export const handler = async (
  event: unknown,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> => {
  telemetry.beginInvocation(context);
  return await invoke({ event, requestId: context.awsRequestId }, await starting, telemetry);
};
