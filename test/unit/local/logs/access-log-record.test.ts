import { LOG_FIELDS } from '#analytics/fields';
import type { FinishedRequest } from '#local/cloudfront/exchange';
import { isLogged, toAccessLogRecord } from '#local/logs/access-log-record';
import { FINISHED, STARTED } from './finished-request';

const DISTRIBUTION = { id: 'E1', domainName: 'd111.cloudfront.net' };
const recordOf = (changes: Partial<FinishedRequest> = {}): Readonly<Record<string, string>> =>
  toAccessLogRecord({ ...FINISHED, ...changes }, DISTRIBUTION);

describe('a line of the local access log', () => {
  it('has every field of the field table but those that the edge cannot know', () => {
    const record = recordOf();
    const missing = LOG_FIELDS.map(({ name }) => name).filter((name) => !(name in record));

    expect(missing).toEqual(['fle-status', 'fle-encrypted-fields', 'asn', 'c-country']);
  });

  it('carries the time at which the response ended, in UTC', () => {
    expect(recordOf()).toMatchObject({
      date: '2026-11-23',
      time: '00:00:00',
      'timestamp(ms)': String(STARTED + 150),
      'time-taken': '0.150',
      'time-to-first-byte': '0.030',
      'origin-fbl': '-',
    });
  });

  it('L-04: encodes as CloudFront does: a path once more, tabs, spaces, tildes', () => {
    expect(recordOf()).toMatchObject({
      'cs-uri-stem': '/t/acme/a%2520b%7E.png',
      'cs-uri-query': 'Policy=x%7E',
      'cs(Cookie)': 'a=1;%20b=2',
      'cs(User-Agent)': 'tab%09here',
      'x-host-header': 'localhost:4680',
    });
    expect(Object.values(recordOf()).filter((value) => /[\s\u0000]/.test(value))).toEqual([]); // eslint-disable-line no-control-regex -- what must not be there
  });

  it('says 000 and Error for a viewer that hung up, with what would have been sent beside it', () => {
    const changes = { detailedResultType: 'ClientHungUpRequest', resultType: 'Miss' } as const;

    expect(recordOf(changes)).toMatchObject({
      'sc-status': '000',
      'x-edge-result-type': 'Error',
      'x-edge-response-result-type': 'Miss',
      'x-edge-detailed-result-type': 'ClientHungUpRequest',
    });
  });

  it('names the range of a range response and no length where there is no body', () => {
    const headers = { 'content-range': 'bytes 5-9/20' };
    const ranged = recordOf({ response: { status: 206, headers, body: Buffer.from('12345') } });
    const unchanged = recordOf({ response: { status: 304, headers: {}, body: Buffer.alloc(0) } });

    expect(ranged).toMatchObject({ 'sc-range-start': '5', 'sc-range-end': '9' });
    expect(unchanged).toMatchObject({ 'sc-content-len': '-', 'sc-content-type': '-' });
  });
});

describe('L-06: what CloudFront never logs', () => {
  it('a URL beyond 8,192 bytes, headers beyond 20 KB', () => {
    const { request } = FINISHED;
    const sized = (query: number, cookie: number): FinishedRequest => ({
      ...FINISHED,
      request: {
        ...request,
        rawQuery: 'q'.repeat(query),
        headers: { cookie: 'c'.repeat(cookie) },
      },
    });

    expect(isLogged(sized(8_000, 20_000))).toBe(true);
    expect(isLogged(sized(8_192, 1))).toBe(false);
    expect(isLogged(sized(1, 20_480))).toBe(false);
  });
});
