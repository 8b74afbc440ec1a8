import { handler } from '../../../../lambdas/viewer-guard/viewer-guard';

const request = (uri: string): { uri: string; querystring: object } => ({ uri, querystring: {} });

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
