import { contentBehavior, distribution, publicBehavior, TestEdge } from './edge-fixture';
import { stackBehaviors, tenantCookies } from './edge-fixture';

const PUBLIC = '/public/notice.txt';

describe('What is refused whoever asks', () => {
  it('refuses every host that is neither a name of the distribution nor of this edge', async () => {
    const edge = new TestEdge();
    const hosts = [
      'evil.example',
      'media.example.com.',
      'media.example.com:443',
      'media.example.com:8443',
      'media.example.com, evil.example',
      'xmedia.example.com',
      'user@media.example.com',
      '*.cloudfront.net',
      '',
    ];
    const answers = await Promise.all(hosts.map((host) => edge.ask(PUBLIC, { host })));

    expect(answers).toEqual(hosts.map(() => '403 host: unknown_host'));
    expect(edge.backend.sent).toEqual([]);
  });

  it('answers to its own domain name and to its aliases, in any letter case', async () => {
    const edge = new TestEdge();

    expect(await edge.ask(PUBLIC, { host: 'd111.cloudfront.net' })).toBe('200');
    expect(await edge.ask(PUBLIC, { host: 'MEDIA.example.com' })).toBe('200');
  });

  it('C-05: cookies for one host of the distribution open nothing at its other one', async () => {
    const cookie = await tenantCookies('acme');
    const at = { host: 'd111.cloudfront.net', headers: { cookie } };

    expect(await new TestEdge().ask('/t/acme/x', at)).toBe('403 signature: outside_resource');
  });

  it('refuses everything while the distribution is disabled', async () => {
    const edge = new TestEdge({ distribution: distribution({ enabled: false }) });

    expect(await edge.ask(PUBLIC)).toBe('403 host: distribution_disabled');
  });

  it('refuses every method that the behavior does not list, in exactly its letters', async () => {
    const edge = new TestEdge();
    const methods = [
      'POST',
      'PUT',
      'DELETE',
      'PATCH',
      'OPTIONS',
      'TRACE',
      'CONNECT',
      'get',
      'Head',
    ];
    const answers = await Promise.all(methods.map((method) => edge.ask(PUBLIC, { method })));

    expect(answers).toEqual(methods.map(() => '403 method: method_not_allowed'));
  });

  it('answers a refused method with a page of CloudFront, not with its XML', async () => {
    const { response, detailedResultType } = await new TestEdge().handle(PUBLIC, { method: 'PUT' });

    expect(response.headers['content-type']).toBe('text/html');
    expect(detailedResultType).toBe('InvalidRequestMethod');
  });

  it('S-04: refuses plain HTTP where the behavior wants HTTPS only, and redirects nothing', async () => {
    const edge = new TestEdge();
    const cookie = await tenantCookies('acme');
    const plain = { protocol: 'http', headers: { cookie } } as const;

    expect(await edge.ask('/t/acme/x', plain)).toBe('403 protocol: https_only');
  });

  it('redirects plain HTTP where the behavior says so, keeping path and query as they came', async () => {
    const behavior = publicBehavior({ viewerProtocolPolicy: 'redirect-to-https' });
    const edge = new TestEdge({ distribution: distribution({ behaviors: [behavior] }) });
    const { response, resultType } = await edge.handle(`${PUBLIC}?a=%2F`, { protocol: 'http' });

    expect([response.status, response.headers['location'], resultType]).toEqual([
      301,
      `https://media.example.com${PUBLIC}?a=%2F`,
      'Redirect',
    ]);
  });

  it('redirects other methods with 307, so that they stay what they are', async () => {
    const behaviors = [
      publicBehavior({
        viewerProtocolPolicy: 'redirect-to-https',
        allowedMethods: ['GET', 'POST'],
      }),
    ];
    const edge = new TestEdge({ distribution: distribution({ behaviors }) });

    expect(await edge.ask(PUBLIC, { protocol: 'http', method: 'POST' })).toBe('307');
  });

  it('takes plain HTTP where the behavior allows all', async () => {
    const behaviors = stackBehaviors({ viewerProtocolPolicy: 'allow-all' });
    const edge = new TestEdge({ distribution: distribution({ behaviors }) });
    const cookie = await tenantCookies('acme');

    // The cookies name https: only the protocol check is passed.
    expect(await edge.ask('/t/acme/x', { protocol: 'http', headers: { cookie } })).toBe(
      '403 signature: outside_resource',
    );
  });

  it('refuses a URL of more than 8,192 bytes', async () => {
    const edge = new TestEdge();
    const rest = `https://media.example.com${PUBLIC}?`.length;

    expect(await edge.ask(`${PUBLIC}?${'a'.repeat(8_192 - rest)}`)).toBe('200');
    expect(await edge.ask(`${PUBLIC}?${'a'.repeat(8_193 - rest)}`)).toBe('414 size: url_too_long');
  });

  it('C-33: refuses more than 32,768 bytes of headers with a 4xx', async () => {
    const edge = new TestEdge();
    const cookie = (count: number): string =>
      Array.from({ length: count }, (_, at) => `junk${at}=${'x'.repeat(600)}`).join('; ');

    expect(await edge.ask(PUBLIC, { headers: { cookie: cookie(50) } })).toBe('200');
    expect(await edge.ask(PUBLIC, { headers: { cookie: cookie(60) } })).toBe(
      '494 size: headers_too_large',
    );
  });

  it('refuses a request target that is no path, or that names another place than the Host header', async () => {
    const edge = new TestEdge();
    const elsewhere = [
      'http://media.example.com',
      'https://evil.example',
      'https://u@media.example.com',
    ];
    const answers = await Promise.all([
      edge.ask('*'),
      edge.ask('t/acme/x'),
      edge.ask(''),
      ...elsewhere.map((targetOrigin) => edge.ask(PUBLIC, { targetOrigin })),
    ]);

    expect(new Set(answers)).toEqual(new Set(['400 request: ambiguous_target']));
    expect(await edge.ask(PUBLIC, { targetOrigin: 'HTTPS://media.example.com' })).toBe('200');
  });

  it('refuses a GET or HEAD with a body', async () => {
    const edge = new TestEdge();
    const body = Buffer.from('x');

    expect(await edge.ask(PUBLIC, { body })).toBe('403 request: unexpected_body');
    expect(await edge.ask(PUBLIC, { body, method: 'HEAD' })).toBe('403 request: unexpected_body');
    expect(await edge.ask('/api/session', { body, method: 'POST' })).toBe('200');
  });

  it('looks at sizes, host and protocol before it runs a function or checks a signature', async () => {
    const behaviors = [
      contentBehavior({ viewerRequestFunction: { name: 'broken', code: 'nonsense(' } }),
    ];
    const edge = new TestEdge({ distribution: distribution({ behaviors }) });

    expect(await edge.ask('/t/acme/x', { host: 'evil.example' })).toBe('403 host: unknown_host');
    expect(await edge.ask('/t/acme/x', { method: 'PUT' })).toBe('403 method: method_not_allowed');
  });
});
