import type { EventValue } from '#lambdas/viewer-guard/describe-presented-grant';
import { handler } from '#lambdas/viewer-guard/viewer-guard';

const logged: string[] = [];
jest.mock(
  'cloudfront',
  () => ({ default: { logCustomData: (text: string) => logged.push(text) }, __esModule: true }),
  { virtual: true },
);

const request = (uri: string): { uri: string; querystring: Record<string, never> } => ({
  uri,
  querystring: {},
});

const REFUSAL = {
  statusCode: 403,
  statusDescription: 'Forbidden',
  headers: {
    'content-type': { value: 'text/plain; charset=utf-8' },
    'cache-control': { value: 'no-store' },
  },
  body: { encoding: 'text', data: 'Forbidden\n' },
};

describe('viewer-guard', () => {
  it.each([
    '/t/acme/cat.jpg',
    '/u/acme/q8yZJ5mUeV1nSxN0aXbC2A/1/me.jpg',
    '/t/acme/a%20cat.jpg',
    '/',
    '/t/acme/',
  ])('passes %s on, untouched', (uri) => {
    const given = request(uri);

    expect(handler({ request: given })).toBe(given);
  });

  it.each([
    '/t/acme/../globex/cat.jpg',
    '/t/acme/%2e%2e/globex/cat.jpg',
    '/t/acme/%2E./globex/cat.jpg',
    '/t/acme/..%2fglobex/cat.jpg',
    '/t/acme//cat.jpg',
    '//t/acme/cat.jpg',
    '/t//acme/cat.jpg',
    '/t/acme/./cat.jpg',
    '/t/ac%6De/cat.jpg',
    '/%74/acme/cat.jpg',
    '/u/acme/q8yZJ5mUeV1nSxN0aXbC2%41/me.jpg',
    '/t/acme\\..\\globex/cat.jpg',
    '/t/acme/%5c..%5cglobex/cat.jpg',
    '/t/acme/cat%00.jpg',
    '/t/acme/%252e%252e/globex/cat.jpg',
    '/t/acme/%zz',
    '/t/acme/%c0%ae%c0%ae/globex',
    't/acme/cat.jpg',
    '',
  ])('C-21: refuses %j with a short text', (uri) => {
    expect(handler({ request: request(uri) })).toStrictEqual(REFUSAL);
  });

  it('C-51: grants nothing: its only answers are the request itself and 403', () => {
    const answers = ['/t/acme/x', '/t/../x', '/public/x', '/api/session'].map((uri) =>
      handler({ request: request(uri) }),
    );

    expect(answers.map((answer) => ('uri' in answer ? 'passed' : answer.statusCode))).toStrictEqual(
      ['passed', 403, 'passed', 'passed'],
    );
  });
});

describe('what a query may ask S3 for', () => {
  const ask = (querystring: Record<string, EventValue>): string => {
    const given = { uri: '/t/acme/cat.jpg', querystring };
    const answer = handler({ request: given });
    return answer === given ? 'passed' : 'refused';
  };
  const disposition = (value: string): string => ask({ 'response-content-disposition': { value } });

  it.each([
    'attachment',
    'attachment; filename="cat (1).jpg"',
    'attachment%3B%20filename%3D%22cat%20%281%29.jpg%22',
    'attachment; filename="_.jpg"; filename*=UTF-8\'\'%C3%A4.jpg',
    'attachment%3B%20filename%3D%22_.jpg%22%3B%20filename%2A%3DUTF-8%27%27%25C3%25A4.jpg',
  ])('S-11: lets a download through: %s', (value) => {
    expect(disposition(value)).toBe('passed');
  });

  it.each([
    '',
    'inline',
    'Attachment',
    'attachment;',
    'attachment; ',
    'attachment;filename="a"',
    'attachment;+filename="a"',
    'attachment; filename=a',
    'attachment; filename=""',
    'attachment; filename=".."',
    'attachment; filename="a/b"',
    'attachment; filename="a\\b"',
    'attachment; filename="a%2Fb"',
    'attachment; filename="a"; filename="b"',
    'attachment; filename="a"\r\nset-cookie: x=1',
    'attachment%0D%0Aset-cookie:%20x=1',
    'attachment%3B%20filename%3D%22a%22%0D%0A',
    "attachment; filename*=UTF-8''%0D%0Aset-cookie",
    "attachment; filename*=UTF-8''a%2Fb",
    "attachment; filename*=UTF-8''..",
    "attachment; filename*=UTF-8''%C3",
    "attachment; filename*=UTF-8''%252e",
    "attachment; filename*=ISO-8859-1''%E4.jpg",
    `attachment; filename*=UTF-8''${'%C3%A4'.repeat(128)}`,
    `attachment; filename="${'a'.repeat(256)}"`,
    'attachment%253B%2520filename',
    'attachment%zz',
    'inline; filename="attachment"',
  ])('S-11: refuses %j', (value) => {
    expect(disposition(value)).toBe('refused');
  });

  it('S-11: refuses a second value, and every other header of an answer', () => {
    const twice = {
      value: 'attachment',
      multiValue: [{ value: 'attachment' }, { value: 'attachment' }],
    };
    const queries: Record<string, EventValue>[] = [
      { 'response-content-disposition': twice },
      { 'response-content-type': { value: 'text/html' } },
      { 'response-cache-control': { value: 'attachment' } },
      { 'RESPONSE-EXPIRES': { value: '1' } },
      { 'Response-Content-Disposition': { value: 'attachment' } },
      { 'response%2Dcontent%2Dtype': { value: 'text/html' } },
      { '%72esponse-content-disposition': { value: 'attachment' } },
      { 'response-': { value: '' } },
    ];

    expect(queries.filter((query) => ask(query) !== 'refused')).toEqual([]);
  });

  it('lets the queries of an application and of a signed URL through', () => {
    const query = { size: { value: '1' }, '%zz': { value: '' }, Signature: { value: 's' } };

    expect(ask(query)).toBe('passed');
  });
});

describe('what the guard writes into the access log', () => {
  const cookies = {
    'CloudFront-Signature': { value: 'A'.repeat(344) },
    'CloudFront-Key-Pair-Id': { value: 'K1' },
  };

  beforeEach(() => {
    logged.length = 0;
  });

  it.each(['/t/acme/x', '/t/acme/../x'])('is written whether it passes or refuses %s', (uri) => {
    handler({ request: { uri, cookies } });

    expect(logged).toStrictEqual([`k=K1;s=;n=;e=;f=${'A'.repeat(24)}`]);
  });

  it('is nothing where nothing is presented', () => {
    handler({ request: { uri: '/t/acme/x' } });

    expect(logged).toStrictEqual([]);
  });

  it('C-51: a fault in describing never costs a viewer the picture', () => {
    const given = {
      uri: '/t/acme/x',
      get cookies(): never {
        throw new Error('unreadable');
      },
    };

    expect(handler({ request: given })).toBe(given);
  });
});
