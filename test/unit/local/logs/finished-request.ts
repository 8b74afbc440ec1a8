import type { FinishedRequest } from '#local/cloudfront/exchange';

export const STARTED = Date.parse('2026-11-22T23:59:59.900Z');

export const FINISHED: FinishedRequest = {
  requestId: 'request-1==',
  startedAtMilliseconds: STARTED,
  durationMilliseconds: 150.4,
  firstByteMilliseconds: 30,
  originFirstByteMilliseconds: undefined,
  originLastByteMilliseconds: undefined,
  request: {
    method: 'GET',
    protocol: 'http',
    host: 'localhost:4680',
    rawPath: '/t/acme/a%20b~.png',
    rawQuery: 'Policy=x~',
    headers: { cookie: 'a=1; b=2', 'user-agent': 'tab\there', referer: 'http://localhost/' },
    body: Buffer.alloc(0),
    clientIp: '127.0.0.1',
    clientPort: 50_000,
    httpVersion: '1.1',
  },
  response: {
    status: 403,
    headers: { 'content-type': 'text/xml' },
    body: Buffer.from('x'.repeat(146)),
  },
  responseBytes: 400,
  requestBytes: 300,
  pathPattern: '/t/*',
  resultType: 'Error',
  detailedResultType: 'Error',
  refusal: { layer: 'signature', reasons: ['missing_key_id'] },
  logData: undefined,
};
