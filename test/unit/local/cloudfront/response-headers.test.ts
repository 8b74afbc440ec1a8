import type { ResponseHeadersPolicy } from '#local/cloudfront/distribution';
import { applyResponseHeadersPolicy } from '#local/cloudfront/response-headers';
import { answer, distributionWith, memoryBackend, TestEdge } from './edge-fixture';

const PAGE = 'https://app.example.com';
const POLICY: ResponseHeadersPolicy = {
  headers: [
    { name: 'x-content-type-options', value: 'nosniff', override: true },
    { name: 'content-disposition', value: 'attachment', override: false },
  ],
  cors: {
    allowOrigins: [PAGE],
    allowCredentials: true,
    exposeHeaders: ['ETag'],
    override: true,
  },
  remove: ['server'],
};

function apply(
  headers: Record<string, string>,
  origin?: string,
  policy: ResponseHeadersPolicy | 'none' = POLICY,
): Readonly<Record<string, string | readonly string[]>> {
  const applied = policy === 'none' ? undefined : policy;
  return applyResponseHeadersPolicy(answer('', { headers }), applied, origin).headers;
}

describe('The response headers policy', () => {
  it('S-07: overrides what the origin says where it is told to, and only there', () => {
    expect(apply({ 'x-content-type-options': 'sniff', 'content-disposition': 'inline' })).toEqual({
      'x-content-type-options': 'nosniff',
      'content-disposition': 'inline',
    });
    expect(apply({})).toEqual({
      'x-content-type-options': 'nosniff',
      'content-disposition': 'attachment',
    });
  });

  it('removes the named headers', () => {
    expect(apply({ server: 'AmazonS3' })).not.toHaveProperty('server');
  });

  it('S-15, C-36: opens the answer to exactly the named pages, with credentials and Vary', () => {
    expect(apply({ vary: 'Accept' }, PAGE)).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'ETag',
      vary: 'Accept, Origin',
    });
  });

  it('S-15, C-36: opens it to no other page, whatever the origin says', () => {
    const origins = [
      undefined,
      'null',
      'https://evil.example',
      `${PAGE}.evil.example`,
      'http://app.example.com',
      `${PAGE}:8443`,
      PAGE.toUpperCase(),
      '*',
    ];
    const fromOrigin = {
      'access-control-allow-origin': '*',
      'access-control-allow-credentials': 'true',
    };
    const answers = origins.map((origin) => Object.keys(apply(fromOrigin, origin)));

    expect(answers.flat().filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it("keeps the origin's CORS headers where the policy does not override them", () => {
    const policy = { ...POLICY, cors: POLICY.cors && { ...POLICY.cors, override: false } };
    const fromOrigin = { 'access-control-allow-origin': 'https://origin.example' };

    expect(apply(fromOrigin, PAGE, policy)).toMatchObject(fromOrigin);
  });

  it('S-15: a policy for every page names no page and has no credentials of its own', () => {
    const cors = {
      allowOrigins: ['*'],
      allowCredentials: false,
      exposeHeaders: [],
      override: true,
    };

    expect(apply({}, PAGE, { ...POLICY, cors })).toMatchObject({
      'access-control-allow-origin': '*',
    });
    expect(apply({}, PAGE, { ...POLICY, cors })).not.toHaveProperty('vary');
  });

  it('changes nothing without a policy', () => {
    expect(apply({ server: 'x' }, PAGE, 'none')).toEqual({ server: 'x' });
  });

  it('E-14, S-07: covers hits, misses, errors of the origin and refusals of the bucket alike', async () => {
    const backend = memoryBackend(({ rawPath }) =>
      rawPath.endsWith('missing') ? answer('', { status: 404 }) : answer('x'),
    );
    const distribution = distributionWith({
      responseHeadersPolicy: POLICY,
      trustedKeys: undefined,
    });
    const edge = new TestEdge({ backend, distribution });
    const headers = { origin: PAGE };
    const paths = ['/t/acme/x', '/t/acme/x', '/t/acme/missing', '/elsewhere'];
    const nosniff: unknown[] = [];
    for (const path of paths) {
      const { response } = await edge.handle(path, { headers });
      nosniff.push(
        response.headers['x-content-type-options'],
        response.headers['access-control-allow-origin'],
      );
    }

    expect(nosniff).toEqual(paths.flatMap(() => ['nosniff', PAGE]));
  });

  it('limit: applies no response headers policy to its own refusals, so a page sees an opaque error there', async () => {
    const edge = new TestEdge({
      distribution: distributionWith({ responseHeadersPolicy: POLICY }),
    });
    const { response } = await edge.handle('/t/acme/x', { headers: { origin: PAGE } });

    expect(response.headers).toEqual({ 'content-type': 'text/xml' });
  });

  it('limit: compares allowed origins letter by letter, without wildcards in host names', () => {
    const cors = POLICY.cors && { ...POLICY.cors, allowOrigins: ['https://*.example.com'] };

    expect(apply({}, PAGE, { ...POLICY, cors })).not.toHaveProperty('access-control-allow-origin');
  });
});
