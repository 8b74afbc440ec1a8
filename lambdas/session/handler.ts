import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { KMSClient } from '@aws-sdk/client-kms';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { FUNCTION_METRICS } from '#core/function-metrics';
import { CLIENT, nameLogStream, readSettings, systemClock } from '../http/container';
import { invoke } from '../http/invoke';
import { createPowertoolsTelemetry } from '../http/powertools-telemetry';
import { startSession } from './start';

const telemetry = createPowertoolsTelemetry(
  process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'session',
  FUNCTION_METRICS.services.session,
);

const starting = startSession({
  readSettings: () => readSettings(__dirname),
  variables: process.env,
  kmsClient: new KMSClient(CLIENT),
  logsClient: new CloudWatchLogsClient(CLIENT),
  logStreamName: nameLogStream(),
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
