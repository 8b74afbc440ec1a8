import type { EdgeRequest } from '#local/cloudfront/exchange';
import { bucketOf, locateOrigin, originHeaders } from '#local/cloudfront/origin';
import { buildOriginRequest, type OriginRequest } from '#local/cloudfront/origin-request';
import {
  API_ORIGIN,
  apiBehavior,
  CONTENT_ORIGIN,
  contentBehavior,
  viewerRequest,
} from './edge-fixture';

function toApi(target: string, changes: Partial<EdgeRequest> = {}): OriginRequest {
  return buildOriginRequest(viewerRequest(target, changes), apiBehavior(), { origin: API_ORIGIN });
}

function toBucket(target: string, changes: Partial<EdgeRequest> = {}): OriginRequest {
  const request = viewerRequest(target, changes);
  return buildOriginRequest(request, contentBehavior(), { origin: CONTENT_ORIGIN });
}

const SIGNING = 'Policy=p&Signature=s&Key-Pair-Id=k&Hash-Algorithm=SHA256&Expires=1';

describe('What an origin gets', () => {
  it('gets the path exactly as the viewer wrote it, below the origin path', () => {
    const origin = { ...CONTENT_ORIGIN, originPath: '/prefix' };
    const request = viewerRequest('/t/a%2Fb/./%e9//x');

    expect(buildOriginRequest(request, contentBehavior(), { origin }).rawPath).toBe(
      '/prefix/t/a%2Fb/./%e9//x',
    );
  });

  it('S-11: the bucket gets no other query, cookie, token or header of the viewer', () => {
    const headers = {
      cookie: 'CloudFront-Policy=p; a=b',
      authorization: 'Bearer t',
      origin: 'https://x',
      'x-amz-copy-source': '/t/globex/x',
      'user-agent': 'browser',
      range: 'bytes=0-1',
    };
    const sent = toBucket(`/t/acme/x?response-content-type=text/html&versionId=1&${SIGNING}`, {
      headers,
    });

    expect(sent.rawQuery).toBeUndefined();
    const disposition = 'response-content-disposition=attachment%3B%20filename%3D%22a.png%22';
    expect(toBucket(`/t/acme/x?versionId=1&${disposition}&${SIGNING}`).rawQuery).toBe(disposition);
    expect(sent.headers).toEqual({
      'user-agent': 'Amazon CloudFront',
      'x-forwarded-for': '203.0.113.7',
      via: '1.1 edgepass.local (CloudFront)',
    });
  });

  it('the API gets every header but Host, and of the cookies only ours', () => {
    const headers = {
      host: 'media.example.com',
      cookie:
        'CloudFront-Policy=p; __Secure-edgepass-scopes=s; session=x; __secure-edgepass-scopes=y',
      authorization: 'Bearer t',
      'user-agent': 'browser',
      'x-custom': '1',
    };

    expect(toApi('/api/session', { headers }).headers).toMatchObject({
      cookie: '__Secure-edgepass-scopes=s',
      authorization: 'Bearer t',
      'user-agent': 'browser',
      'x-custom': '1',
    });
    expect(toApi('/api/session', { headers }).headers).not.toHaveProperty('host');
    expect(toApi('/api/session', { headers: { cookie: 'a=b' } }).headers).not.toHaveProperty(
      'cookie',
    );
  });

  it('C-23: no origin gets the signing parameters, and the API all other ones as written', () => {
    expect(toApi(`/api/x?a=%2F&${SIGNING}&b&a=2`).rawQuery).toBe('a=%2F&b&a=2');
    expect(toApi(`/api/x?${SIGNING}`).rawQuery).toBeUndefined();
  });

  it("S-13: the origin's secret header replaces one that a viewer sends", () => {
    const headers = { 'x-edgepass-origin-secret': 'guess' };

    expect(toApi('/api/x', { headers }).headers['x-edgepass-origin-secret']).toBe(
      'the-origin-secret',
    );
  });

  it('S-13: and it cannot be removed by naming it as a header of the connection', () => {
    const headers = {
      connection: 'keep-alive, X-Edgepass-Origin-Secret, authorization',
      authorization: 't',
    };
    const sent = toApi('/api/x', { headers }).headers;

    expect(sent['x-edgepass-origin-secret']).toBe('the-origin-secret');
    expect(sent).not.toHaveProperty('authorization');
    expect(sent).not.toHaveProperty('connection');
  });

  it('no header of the connection goes on, and the length is that of the body', () => {
    const headers = {
      'transfer-encoding': 'chunked',
      'content-length': '999',
      upgrade: 'h2c',
      te: 'trailers',
      expect: '100-continue',
    };
    const sent = toApi('/api/x', { headers, method: 'POST', body: Buffer.from('four') }).headers;

    expect(Object.keys(sent).filter((name) => name in headers)).toEqual(['content-length']);
    expect(sent['content-length']).toBe('4');
  });

  it("C-43: the viewer's address comes after whatever the viewer claims", () => {
    const headers = { 'x-forwarded-for': '198.51.100.1' };

    expect(toApi('/api/x', { headers }).headers['x-forwarded-for']).toBe(
      '198.51.100.1, 203.0.113.7',
    );
  });
});

describe('Where an origin is', () => {
  const environment = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000',
  };

  it("is the emulator: buckets by path, HTTP APIs by their Host header, each at its service's endpoint", () => {
    expect(locateOrigin(CONTENT_ORIGIN, environment)).toMatchObject({
      hostHeader: '127.0.0.1:9000',
      pathPrefix: '/content',
    });
    expect(locateOrigin(API_ORIGIN, environment)).toMatchObject({
      hostHeader: 'abc123.execute-api.127.0.0.1:4566',
      pathPrefix: '',
    });
  });

  it('limit: reaches nothing outside this machine: an origin that is neither bucket nor HTTP API answers 502', () => {
    const foreign = [
      { ...API_ORIGIN, domainName: 'evil.example' },
      { ...API_ORIGIN, domainName: 'evil.example/x.execute-api.y' },
      { ...API_ORIGIN, domainName: 'content.s3.eu-central-1.amazonaws.com' },
      { ...CONTENT_ORIGIN, domainName: 'abc123.execute-api.eu-central-1.amazonaws.com' },
      { ...CONTENT_ORIGIN, domainName: 'content.s3.evil.example' },
      { ...CONTENT_ORIGIN, domainName: 'content.s3.amazonaws.com.evil.example' },
    ];
    const located = foreign.map((origin) => {
      try {
        return locateOrigin(origin, environment).pathPrefix;
      } catch (error) {
        return error instanceof Error && error.message.includes('neither a bucket nor an HTTP API');
      }
    });

    expect(located).toEqual(foreign.map(() => true));
  });

  it('takes the bucket out of the host name, dots and all', () => {
    const of = (domainName: string): string | undefined =>
      bucketOf({ ...CONTENT_ORIGIN, domainName });

    expect(of('a.b.s3.eu-central-1.amazonaws.com')).toBe('a.b');
    expect(of('a.s3.b.s3.us-east-1.amazonaws.com')).toBe('a.s3.b');
    expect(of('s3.eu-central-1.amazonaws.com')).toBeUndefined();
    expect(bucketOf(API_ORIGIN)).toBeUndefined();
  });

  it("passes on no header of the connection, nor what the emulator's S3 adds of its own", () => {
    const headers = {
      connection: 'close',
      'transfer-encoding': 'chunked',
      'access-control-allow-origin': '*',
      'x-amzn-requestid': '1',
      etag: '"1"',
      'set-cookie': ['a=b', 'c=d'],
    };

    expect(originHeaders(headers, { kind: 's3' })).toEqual({
      etag: '"1"',
      'set-cookie': ['a=b', 'c=d'],
    });
    expect(originHeaders(headers, { kind: 'custom' })).toHaveProperty(
      'access-control-allow-origin',
    );
  });
});
