import { toRequest, toResult } from '#lambdas/http/http-api-event';
import { SessionBench } from '../session/session-bench';

const event = (more: object): object => ({
  rawPath: '/api/session',
  rawQueryString: '',
  headers: {},
  requestContext: { http: { method: 'POST' } },
  ...more,
});

describe('from event to request', () => {
  it('reads the cookies array before the header, and the header where there is no array', () => {
    const headers = { cookie: 'from=header' };

    expect(toRequest(event({ headers, cookies: ['a=1', 'b=2'] })).headers.get('cookie')).toBe(
      'a=1; b=2',
    );
    expect(toRequest(event({ headers })).headers.get('cookie')).toBe('from=header');
    expect(toRequest(event({ headers: { Cookie: 'from=header' } })).headers.get('cookie')).toBe(
      'from=header',
    );
  });

  it('reads a body in either encoding', async () => {
    const plain = toRequest(event({ body: '{"a":"ü"}' }));
    const encoded = toRequest(
      event({ body: Buffer.from('{"a":"ü"}').toString('base64'), isBase64Encoded: true }),
    );

    expect(await plain.text()).toBe('{"a":"ü"}');
    expect(await encoded.text()).toBe('{"a":"ü"}');
  });

  it('gives GET and HEAD no body, whatever the event holds', () => {
    const request = toRequest(event({ body: 'x', requestContext: { http: { method: 'GET' } } }));

    expect(request.body).toBeNull();
  });

  it.each<[string, object]>([
    ['no method', { requestContext: {} }],
    ['no context', { requestContext: undefined }],
    ['a context that is null', { requestContext: null }],
    ['a method that is no token', { requestContext: { http: { method: 'GET /' } } }],
    ['TRACE, which the platform refuses', { requestContext: { http: { method: 'TRACE' } } }],
    ['a header name with a space', { headers: { 'a b': 'c' } }],
    ['C-34: a header value with a line end', { headers: { origin: 'a\r\nset-cookie: x=y' } }],
    ['a header value outside Latin-1', { headers: { origin: '\u2028' } }],
  ])('%s is malformed, and the error repeats nothing of it', (_name, more) => {
    expect(() => toRequest(event(more))).toThrow(/^request-malformed$/);
  });

  it.each([
    [{}],
    [null],
    [undefined],
    ['event'],
    [7],
    [[]],
    [{ headers: 'x', cookies: 7, body: {} }],
  ])('an event like %j is answered, not thrown at', async (odd) => {
    const answer = await new SessionBench().send(odd);

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ type: 'urn:edgepass:problem:invalid-request' });
  });

  it('values that are no text are left out', () => {
    const request = toRequest(
      event({ headers: { a: 1, b: ['x'], c: 'd' }, cookies: ['e=f', 7, null] }),
    );

    expect([...request.headers].map(([name]) => name)).toStrictEqual(['c', 'cookie']);
    expect(request.headers.get('cookie')).toBe('e=f');
  });
});

describe('from response to result', () => {
  it('C-34: every Set-Cookie is an element of cookies, and none is a header', async () => {
    const headers = new Headers({ 'content-type': 'application/json' });
    headers.append('set-cookie', 'a=1; Path=/');
    headers.append('set-cookie', 'b=2; Path=/');

    expect(await toResult(new Response('{}', { status: 200, headers }))).toStrictEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      cookies: ['a=1; Path=/', 'b=2; Path=/'],
      body: '{}',
      isBase64Encoded: false,
    });
  });

  it('has an empty list where there are no cookies', async () => {
    expect(await toResult(new Response(null, { status: 204 }))).toMatchObject({
      cookies: [],
      body: '',
    });
  });
});
