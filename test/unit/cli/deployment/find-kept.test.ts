import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { GetBucketLoggingCommand, S3Client } from '@aws-sdk/client-s3';
import { KeptSearch } from '#cli/deployment/find-kept';

const GROUP = 'aws-waf-logs-edgepass-example-web-acl';
const search = new KeptSearch({ AWS_REGION: 'eu-central-1' }, '123456789012');

describe('what is kept is searched where it is', () => {
  test.each([
    ['in the region that it names', { region: 'us-east-1' }, 'us-east-1'],
    ['in the home region if it names none', {}, 'eu-central-1'],
  ])('a log group %s', async (_where, place, region) => {
    const send = jest
      .spyOn(CloudWatchLogsClient.prototype, 'send')
      .mockImplementation(() => ({ logGroups: [{ logGroupName: GROUP }] }));
    const id = { name: GROUP, ...place };
    expect(await search.find({ address: 'x', type: 'aws_cloudwatch_log_group', id })).toBe(GROUP);
    const [client] = send.mock.contexts as CloudWatchLogsClient[];
    expect(await client?.config.region()).toBe(region);
  });

  test.each([
    ['the logging of a bucket', { LoggingEnabled: {} }, 'edgepass-123456789012'],
    ['no logging', {}, undefined],
  ])('%s', async (_what, answer, found) => {
    const send = jest.spyOn(S3Client.prototype, 'send').mockImplementation(() => answer);
    const id = { name: 'edgepass-${data.aws_caller_identity.x.account_id}' };
    expect(await search.find({ address: 'x', type: 'aws_s3_bucket_logging', id })).toBe(found);
    const [command] = send.mock.calls[0] ?? [];
    expect(command).toBeInstanceOf(GetBucketLoggingCommand);
    expect(command?.input).toEqual({ Bucket: 'edgepass-123456789012' });
  });
});
