import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { FUNCTION_METRICS } from '#core/function-metrics';
import { CLIENT, nameLogStream, readSettings, systemClock } from '../http/container';
import { invoke } from '../http/invoke';
import { createPowertoolsTelemetry } from '../http/powertools-telemetry';
import { startFiles } from './start';

const telemetry = createPowertoolsTelemetry(
  process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'files',
  FUNCTION_METRICS.services.files,
);

const starting = startFiles({
  readSettings: () => readSettings(__dirname),
  variables: process.env,
  kmsClient: new KMSClient(CLIENT),
  logsClient: new CloudWatchLogsClient(CLIENT),
  dynamoDbClient: new DynamoDBClient(CLIENT),
  // An endpoint that is not AWS has no host name for each bucket.
  s3Client: new S3Client({ ...CLIENT, forcePathStyle: 'AWS_ENDPOINT_URL' in process.env }),
  cloudFrontClient: new CloudFrontClient(CLIENT),
  logStreamName: nameLogStream(),
  fetch,
  clock: systemClock,
  telemetry,
});

/**
 * Entry point of the Lambda function `files`. It receives HTTP API events in payload format 2.0.
 */
export const handler = async (
  event: unknown,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> => {
  telemetry.beginInvocation(context);
  return await invoke({ event, requestId: context.awsRequestId }, await starting, telemetry);
};
