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
