import { gunzipSync } from 'node:zlib';
import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  type FilterLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AccessLogDelivery } from '#local/logs/access-log-delivery';
import { IssuedGrantDelivery } from '#local/logs/issued-grant-delivery';
import { FINISHED } from './finished-request';

interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly body: Buffer;
}

/** A bucket that remembers what was put; it fails while told to. */
class FakeS3 {
  readonly objects: StoredObject[] = [];
  failing = false;

  get client(): Pick<S3Client, 'send'> {
    const send = (command: unknown): Promise<unknown> => {
      if (this.failing) return Promise.reject(new Error('no answer'));
      const { Bucket = '', Key = '', Body } = (command as PutObjectCommand).input;
      this.objects.push({ bucket: Bucket, key: Key, body: Body as Buffer });
      return Promise.resolve({});
    };
    return { send } as Pick<S3Client, 'send'>;
  }
}

const PLACES = {
  traffic: { bucket: 'logs', prefix: 'traffic/' },
  issuedGrants: { bucket: 'logs', prefix: 'issued-grants/' },
  database: 'd',
  workgroup: 'w',
};
const distribution = { id: 'E1', domainName: 'd111.cloudfront.net' };
const text = ({ body }: StoredObject): string => gunzipSync(body).toString();

describe('access logs of the local edge', () => {
  it('puts one Parquet object for each hour where CloudFront would', async () => {
    const s3 = new FakeS3();
    const delivery = await AccessLogDelivery.create({
      s3: s3.client,
      distribution,
      places: PLACES,
      logsCookies: () => false,
    });
    delivery.add(FINISHED);
    delivery.add(FINISHED);
    delivery.add({ ...FINISHED, startedAtMilliseconds: Date.parse('2026-11-22T08:30:00Z') });
    await delivery.flush();
    await delivery.flush();
    delivery.close();

    expect(s3.objects.map(({ bucket, key }) => `${bucket} ${key}`)).toEqual([
      expect.stringMatching(
        /^logs traffic\/E1\/2026\/11\/23\/00\/E1\.2026-11-23-00\.[0-9a-f]{8}\.parquet$/,
      ),
      expect.stringMatching(
        /^logs traffic\/E1\/2026\/11\/22\/08\/E1\.2026-11-22-08\.[0-9a-f]{8}\.parquet$/,
      ),
    ]);
    expect(s3.objects[0]?.body.subarray(0, 4).toString()).toBe('PAR1');
  });

  it('L-05: cookies and query strings are in no object but evidence and v1', async () => {
    const s3 = new FakeS3();
    const places = {
      ...PLACES,
      evidence: { bucket: 'evidence', prefix: 'evidence/' },
      v1: { bucket: 'v1', prefix: 'v1/' },
    };
    const logsCookies = (): boolean => true;
    const delivery = await AccessLogDelivery.create({
      s3: s3.client,
      distribution,
      places,
      logsCookies,
    });
    delivery.add({ ...FINISHED, request: { ...FINISHED.request, headers: { cookie: 'canary' } } });
    await delivery.flush();
    delivery.close();
    const [traffic, evidence, v1] = s3.objects;

    expect(traffic?.body.includes('canary')).toBe(false);
    expect(traffic?.body.includes('Policy')).toBe(false);
    expect(evidence?.key).toMatch(/^evidence\/E1\/2026\/11\/23\/00\/E1\.[\d-]+\.[0-9a-f]{8}\.gz$/);
    expect(evidence && JSON.parse(text(evidence))).toEqual({
      'x-edge-request-id': 'request-1==',
      'cs(Cookie)': 'canary',
      'cs-uri-query': 'Policy=x%7E',
    });
    expect(v1?.key).toMatch(/^v1\/E1\.2026-11-23-00\.[0-9a-f]{8}\.gz$/);
    expect(v1 && text(v1)).toMatch(
      /^#Version: 1\.0\n#Fields: date time x-edge-location .*\n.*canary/,
    );
  });

  it('L-05: logs no cookie where the distribution logs none, in v1 neither', async () => {
    const s3 = new FakeS3();
    const places = { ...PLACES, v1: { bucket: 'v1', prefix: 'v1/' } };
    const delivery = await AccessLogDelivery.create({
      s3: s3.client,
      distribution,
      places,
      logsCookies: () => false,
    });
    delivery.add({ ...FINISHED, request: { ...FINISHED.request, headers: { cookie: 'canary' } } });
    await delivery.flush();
    delivery.close();
    const v1 = s3.objects.find(({ bucket }) => bucket === 'v1');

    expect(v1 && text(v1)).not.toContain('canary');
  });

  it('loses nothing while the bucket does not answer', async () => {
    const s3 = new FakeS3();
    const delivery = await AccessLogDelivery.create({
      s3: s3.client,
      distribution,
      places: PLACES,
      logsCookies: () => false,
    });
    delivery.add(FINISHED);
    s3.failing = true;
    await expect(delivery.flush()).rejects.toThrow('no answer');
    s3.failing = false;
    await delivery.flush();
    delivery.close();

    expect(s3.objects).toHaveLength(1);
  });
});

describe('issuance records on their way to the log bucket', () => {
  const event = (eventId: string, timestamp: number): FilteredLogEvent => ({
    eventId,
    timestamp,
    message: `{"id":"${eventId}"}\n`,
  });
  const HOUR = Date.parse('2026-11-22T08:00:00Z');

  function deliveryOf(
    pages: FilteredLogEvent[][],
    s3: FakeS3,
    startedAtMilliseconds = HOUR,
  ): IssuedGrantDelivery {
    const send = ({ input }: FilterLogEventsCommand): Promise<unknown> => {
      const page = Number(input.nextToken ?? 0);
      const next = page + 1 < pages.length ? { nextToken: String(page + 1) } : {};
      const events = pages[page]?.filter(
        ({ timestamp = 0 }) => timestamp >= (input.startTime ?? 0),
      );
      return Promise.resolve({ events, ...next });
    };
    return new IssuedGrantDelivery({
      s3: s3.client,
      cloudWatchLogs: { send } as Pick<CloudWatchLogsClient, 'send'>,
      logGroupName: 'g',
      place: PLACES.issuedGrants,
      startedAtMilliseconds,
    });
  }

  it('writes every record of every page once, as lines of the hour that it belongs to', async () => {
    const s3 = new FakeS3();
    const pages = [[event('a', HOUR + 1)], [event('b', HOUR + 2), event('c', HOUR + 3_600_000)]];
    const delivery = deliveryOf(pages, s3);
    await delivery.flush();
    await delivery.flush();

    expect(s3.objects.map((one) => [one.key.replace(/[0-9a-f]{16}/, 'x'), text(one)])).toEqual([
      ['issued-grants/2026/11/22/08/issued-grants-x.gz', '{"id":"a"}\n{"id":"b"}\n'],
      ['issued-grants/2026/11/22/09/issued-grants-x.gz', '{"id":"c"}\n'],
    ]);
  });

  it('misses no record of the second in which it began: records carry whole seconds', async () => {
    const s3 = new FakeS3();
    await deliveryOf([[event('earlier', HOUR - 1), event('a', HOUR)]], s3, HOUR + 999).flush();

    expect(s3.objects.map(text)).toEqual(['{"id":"a"}\n']);
  });

  it('tries again what the bucket did not take', async () => {
    const s3 = new FakeS3();
    const delivery = deliveryOf([[event('a', HOUR)]], s3);
    s3.failing = true;
    await expect(delivery.flush()).rejects.toThrow('no answer');
    s3.failing = false;
    await delivery.flush();

    expect(s3.objects).toHaveLength(1);
  });

  it('waits for a group that does not exist yet', async () => {
    const s3 = new FakeS3();
    const delivery = new IssuedGrantDelivery({
      s3: s3.client,
      cloudWatchLogs: {
        send: () => Promise.reject(new ResourceNotFoundException({ message: '', $metadata: {} })),
      } as Pick<CloudWatchLogsClient, 'send'>,
      logGroupName: 'g',
      place: PLACES.issuedGrants,
      startedAtMilliseconds: HOUR,
    });
    await delivery.flush();

    expect(s3.objects).toEqual([]);
  });
});
