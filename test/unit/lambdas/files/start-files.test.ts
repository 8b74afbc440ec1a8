import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startFiles } from '#lambdas/files/start';
import { invoke } from '#lambdas/http/invoke';
import { toItem } from '#registry/file-item';
import { FILE_ID_TEXT, makeFile } from '#test/support/file-records';
import {
  FakeClock,
  FakeIdentityProvider,
  makeToken,
  plainClaims,
} from '../../access-token/token-factory';
import {
  type Answer,
  buildEvent,
  buildSettings,
  buildVariables,
  FakeLogs,
  issuerKey,
  kmsByAlgorithm,
  readResult,
  RecordedTelemetry,
} from '../session/session-bench';
import { FakeAws } from './files-bench';

const OWN = {
  EDGEPASS_FILE_TABLE: 'edgepass-test-files',
  EDGEPASS_CONTENT_BUCKET: 'edgepass-test-content',
  EDGEPASS_DISTRIBUTION_ID: 'E1EXAMPLE',
};

/** Starts the function as its handler does, and sends one request for a signed URL. */
async function run(
  variables: Record<string, string | undefined>,
  dynamoDb: FakeAws,
): Promise<{ answer: Answer; telemetry: RecordedTelemetry }> {
  const telemetry = new RecordedTelemetry();
  const aws = new FakeAws().client;
  const started = await startFiles({
    readSettings: () => buildSettings({}),
    variables: buildVariables('ECDSA_SHA_256', variables),
    kmsClient: kmsByAlgorithm.ECDSA_SHA_256.client,
    logsClient: new FakeLogs().client,
    dynamoDbClient: dynamoDb.client as unknown as Pick<DynamoDBClient, 'send'>,
    ...{ s3Client: aws, cloudFrontClient: aws, logStreamName: 's', clock: new FakeClock() },
    fetch: new FakeIdentityProvider(issuerKey).fetch,
    telemetry,
  });
  const path = `/api/files/signed-url/${FILE_ID_TEXT}`;
  const event = buildEvent({ method: 'GET', path }, (claims) =>
    makeToken(issuerKey, plainClaims(claims)),
  );
  const answer = readResult(await invoke({ event, requestId: 'r' }, started, telemetry));
  return { answer, telemetry };
}

it('answers from the table that its variables name', async () => {
  const dynamoDb = new FakeAws();
  dynamoDb.respond = () => ({ Item: toItem(makeFile()) });
  const { answer } = await run(OWN, dynamoDb);

  expect(answer.status).toBe(200);
  expect(dynamoDb.calls).toMatchObject([
    { name: 'GetItemCommand', input: { TableName: 'edgepass-test-files' } },
  ]);
});

it.each(Object.keys(OWN))(
  'without %s it is not configured, and says so to everybody',
  async (key) => {
    const { answer, telemetry } = await run({ ...OWN, [key]: undefined }, new FakeAws());

    expect(answer).toMatchObject({
      status: 503,
      body: { type: 'urn:edgepass:problem:not-configured' },
    });
    expect(telemetry.refusals).toEqual(['not-configured']);
  },
);
