import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { checkLogsArrive } from '#cli/check/log-arrival-probes';
import { DEPLOYMENT, makeDeployed } from '../command-fixture';

const NOW = Date.parse('2026-11-30T20:00:00Z');
const HOUR = 3_600_000;
const { session, issuedGrants } = DEPLOYMENT.logGroups;
const TRAFFIC = `traffic/${DEPLOYMENT.distribution.id}/`;

interface Planted {
  /** Age in hours of the records in each log group. */
  readonly records?: Readonly<Record<string, readonly number[]>>;
  /** Age in hours of the newest object in each folder. */
  readonly objects?: Readonly<Record<string, number>>;
  readonly evidence?: boolean;
}

/** Returns what the check says, and which keys it asked S3 for. */
async function check({ records = {}, objects = {}, evidence = false }: Planted) {
  jest.spyOn(CloudWatchLogsClient.prototype, 'send').mockImplementation((command): object => {
    const { logGroupName, startTime, endTime, nextToken } = command.input as {
      logGroupName: string;
      startTime: number;
      endTime: number;
      nextToken?: string;
    };
    // The first page is empty, as CloudWatch Logs often answers.
    if (nextToken === undefined) return { events: [], nextToken: 'more' };
    const times = (records[logGroupName] ?? []).map((age) => NOW - age * HOUR);
    const found = times.filter((time) => time >= startTime && time <= endTime);
    return { events: found.map((timestamp) => ({ timestamp })) };
  });
  const asked: ListObjectsV2Command['input'][] = [];
  const s3 = {
    send: ({ input }: ListObjectsV2Command) => {
      asked.push(input);
      const age = objects[input.Prefix ?? ''];
      // The newest object is on the second page, behind those of the hour before.
      const isFirstPage = input.StartAfter?.endsWith('.gz') !== true;
      const Key = `${input.Prefix}2026/11/30/17/1.gz`;
      if (age === undefined) return Promise.resolve({});
      return Promise.resolve(
        isFirstPage
          ? { Contents: [{ Key, LastModified: new Date(0) }], IsTruncated: true }
          : { Contents: [{ Key: `${Key}2`, LastModified: new Date(NOW - age * HOUR) }] },
      );
    },
  };
  const logs = {
    ...DEPLOYMENT.logs,
    ...(evidence && { evidence: { bucket: 'evidence', prefix: 'evidence/' } }),
  };
  const deployed = makeDeployed(
    {},
    {
      deployment: { ...DEPLOYMENT, logs },
      clients: { s3 } as never,
    },
  );
  const result = await checkLogsArrive({ deployed, accessToken: undefined, nowMilliseconds: NOW });
  return { ...result, asked };
}

const BUSY = { [session]: [3, 1.5], [issuedGrants]: [1.25] };

describe('logs arrive', () => {
  test('S-16: each folder has an object that is younger than traffic of an hour ago', async () => {
    const { outcome, detail, asked } = await check({
      records: BUSY,
      objects: { [TRAFFIC]: 1.4, 'issued-grants/': 1.1 },
    });
    expect({ outcome, detail }).toEqual({
      outcome: 'pass',
      detail: 'objects since the last traffic: traffic/, issued-grants/',
    });
    // The traffic was at 18:30; the log of its hour begins at most an hour before.
    expect(asked[0]).toMatchObject({
      Bucket: 'logs-bucket',
      Prefix: TRAFFIC,
      StartAfter: `${TRAFFIC}2026/11/30/17`,
    });
  });

  test.each<[string, Planted, string]>([
    [
      'S-14: access logs that stopped before the last traffic',
      { objects: { [TRAFFIC]: 1.6, 'issued-grants/': 1.1 } },
      'traffic/ has nothing since 2026-11-30T18:30:00.000Z',
    ],
    [
      'S-14: records of grants that stopped',
      { objects: { [TRAFFIC]: 1, 'issued-grants/': 30 } },
      'issued-grants/ has nothing since 2026-11-30T18:45:00.000Z',
    ],
    ['S-16: a bucket in which nothing ever arrived', {}, 'traffic/ has nothing'],
    [
      'L-06: evidence that does not arrive',
      { evidence: true, objects: { [TRAFFIC]: 1, 'issued-grants/': 1 } },
      'evidence/ has nothing',
    ],
  ])('%s', async (_title, planted, detail) => {
    const result = await check({ records: BUSY, ...planted });
    expect(result.outcome).toBe('fail');
    expect(result.detail).toContain(detail);
  });

  test.each([[0.5], [25]])('traffic %d hours ago says nothing about the log', async (age) => {
    const records = { [session]: [age], [issuedGrants]: [age] };
    const { outcome, detail, asked } = await check({ records });
    expect(outcome).toBe('unknown');
    expect(detail).toContain('no traffic between 1 and 24 hours ago');
    expect(asked).toEqual([]);
  });

  test('traffic of the night before is looked for too', async () => {
    const records = { [session]: [20], [issuedGrants]: [20] };
    expect((await check({ records })).outcome).toBe('fail');
    const objects = { [TRAFFIC]: 19.9, 'issued-grants/': 19.9 };
    expect((await check({ records, objects })).outcome).toBe('pass');
  });
});
