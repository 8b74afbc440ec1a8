import type { CacheBehavior } from '#local/cloudfront/distribution';
import {
  answer,
  apiBehavior,
  bucketPolicy,
  CONTENT_CACHE,
  CONTENT_ORIGIN,
  contentBehavior,
  distribution,
  EVERYTHING,
  memoryBackend,
  NO_CACHE,
  NOW,
  publicBehavior,
  tenantCookies,
  TestEdge,
} from './edge-fixture';

const PUBLIC = '/public/notice.txt';

function openEdge(backend = memoryBackend(), behavior: Partial<CacheBehavior> = {}): TestEdge {
  const behaviors = [publicBehavior({ viewerRequestFunction: undefined, ...behavior })];
  return new TestEdge({ backend, distribution: distribution({ behaviors }) });
}

describe('Cache and origin', () => {
  it('asks the origin once and answers from the cache until the object is stale', async () => {
    const edge = openEdge();
    const results: string[] = [];
    for (const seconds of [0, 10, 299, 300]) {
      edge.nowSeconds = NOW + seconds;
      const { resultType, response } = await edge.handle(PUBLIC);
      results.push(`${resultType} ${String(response.headers['age'] ?? '-')}`);
    }

    expect(results).toEqual(['Miss -', 'Hit 10', 'Hit 299', 'Miss -']);
    expect(edge.backend.sent).toHaveLength(2);
  });

  it('revalidates a stale object by its ETag, and takes over what a 304 says anew', async () => {
    const backend = memoryBackend(({ headers }) =>
      headers['if-none-match'] === '"1"'
        ? answer('', { status: 304, headers: { 'cache-control': 'max-age=5' } })
        : answer('first'),
    );
    const edge = openEdge(backend);
    await edge.handle(PUBLIC);
    edge.nowSeconds = NOW + 300;
    const { resultType, response } = await edge.handle(PUBLIC);
    edge.nowSeconds = NOW + 306;

    expect([resultType, response.status, response.body.toString()]).toEqual([
      'RefreshHit',
      200,
      'first',
    ]);
    expect((await edge.handle(PUBLIC)).resultType).toBe('RefreshHit');
  });

  it("fetches whole objects: ranges and conditions are the viewer's alone", async () => {
    const edge = openEdge(memoryBackend(() => answer('0123456789')));
    const conditions = {
      range: 'bytes=2-3',
      'if-none-match': '"old"',
      'if-range': '"1"',
      'if-match': '"1"',
      'if-modified-since': 'Wed, 01 Jan 2025 00:00:00 GMT',
    };
    const { response } = await edge.handle(PUBLIC, { headers: conditions });

    expect([response.status, response.body.toString()]).toEqual([206, '23']);
    expect(Object.keys(edge.backend.sent[0]?.headers ?? {})).toEqual([
      'user-agent',
      'x-forwarded-for',
      'via',
    ]);
    expect((await edge.handle(PUBLIC)).response.body.toString()).toBe('0123456789');
  });

  it('serves HEAD from the object of a GET, and the other way round', async () => {
    const edge = openEdge();

    expect((await edge.handle(PUBLIC, { method: 'HEAD' })).resultType).toBe('Miss');
    expect((await edge.handle(PUBLIC)).resultType).toBe('Hit');
    expect(edge.backend.sent.map(({ method }) => method)).toEqual(['GET']);
  });

  it('forgets every object when everything is invalidated', async () => {
    const edge = openEdge();
    await edge.handle(PUBLIC);
    edge.edge.invalidateEverything();

    expect((await edge.handle(PUBLIC)).resultType).toBe('Miss');
  });

  it('C-54: answers a missing object from the cache for a while, and then asks again', async () => {
    let status = 404;
    const backend = memoryBackend(() => answer('', { status }), {
      readBucketPolicy: () => Promise.resolve(bucketPolicy()),
    });
    const behaviors = [apiBehavior({ cachePolicy: CONTENT_CACHE })];
    const edge = new TestEdge({ backend, distribution: distribution({ behaviors }) });
    const first = await edge.ask('/api/x');
    status = 200;
    const second = await edge.ask('/api/x');
    edge.nowSeconds = NOW + 10;

    expect([first, second, await edge.ask('/api/x')]).toEqual([
      '404 origin: origin_answered_404',
      '404 origin: origin_answered_404',
      '200',
    ]);
  });

  it('C-37: drops Set-Cookie where a behavior forwards no cookies, on the first answer and on every later one', async () => {
    const backend = memoryBackend(() =>
      answer('x', { headers: { 'set-cookie': ['session=ada'], etag: '"1"' } }),
    );
    const edge = openEdge(backend);
    const answers = [await edge.handle(PUBLIC), await edge.handle(PUBLIC)];

    expect(answers.map(({ response }) => response.headers['set-cookie'])).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("C-37: two users at the API never see each other's cookies or answers", async () => {
    const backend = memoryBackend(({ headers }) =>
      answer(`for ${headers['authorization'] ?? 'nobody'}`, {
        headers: {
          'set-cookie': [`__Secure-edgepass-scopes=${headers['authorization'] ?? ''}`],
          'cache-control': 'public, max-age=3600',
        },
      }),
    );
    const edge = new TestEdge({ backend });
    const ask = async (user?: string): Promise<string> => {
      const headers: Record<string, string> = user === undefined ? {} : { authorization: user };
      const { response, resultType } = await edge.handle('/api/session', { headers });
      return `${response.body.toString()} ${String(response.headers['set-cookie'])} ${resultType}`;
    };

    expect([await ask('ada'), await ask('grace'), await ask()]).toEqual([
      'for ada __Secure-edgepass-scopes=ada Miss',
      'for grace __Secure-edgepass-scopes=grace Miss',
      'for nobody __Secure-edgepass-scopes= Miss',
    ]);
  });

  it('C-37: where cookies are in the cache key, nobody gets an object of another user', async () => {
    const backend = memoryBackend(({ headers }) => answer(`for ${headers['cookie'] ?? 'nobody'}`));
    const behaviors = [apiBehavior({ cachePolicy: { ...CONTENT_CACHE, cookies: EVERYTHING } })];
    const edge = new TestEdge({ backend, distribution: distribution({ behaviors }) });
    const ask = async (cookie: string): Promise<string> =>
      (await edge.handle('/api/x', { headers: { cookie } })).response.body.toString();

    expect([
      await ask('session=ada'),
      await ask('session=grace'),
      await ask('session=ada'),
    ]).toEqual(['for session=ada', 'for session=grace', 'for session=ada']);
  });

  it('C-56: an object is only ever served under the tenant in its path', async () => {
    const edge = new TestEdge({ backend: memoryBackend(({ rawPath }) => answer(rawPath)) });
    const bodies: string[] = [];
    for (const tenant of ['acme', 'globex', 'acme', 'globex']) {
      const headers = { cookie: await tenantCookies(tenant) };
      bodies.push((await edge.handle(`/t/${tenant}/x`, { headers })).response.body.toString());
    }

    expect(bodies).toEqual(['/t/acme/x', '/t/globex/x', '/t/acme/x', '/t/globex/x']);
  });

  it('answers 502 when the origin cannot be reached or a behavior has none, and keeps nothing of it', async () => {
    const backend = {
      ...memoryBackend(),
      send: () => Promise.reject(new Error('connect ECONNREFUSED')),
    };

    expect(await openEdge(backend).ask(PUBLIC)).toBe('502 origin: connect ECONNREFUSED');
    expect(await openEdge(memoryBackend(), { originId: 'gone' }).ask(PUBLIC)).toBe(
      '502 origin: origin gone is not in the distribution',
    );
  });

  it('keeps no object where caching is disabled, for a bucket as for an API', async () => {
    const edge = openEdge(memoryBackend(), { cachePolicy: NO_CACHE });

    expect((await edge.handle(PUBLIC)).resultType).toBe('Miss');
    expect((await edge.handle(PUBLIC)).resultType).toBe('Miss');
  });

  it('limit: one edge location without a regional cache: what one viewer fetched, the next gets from the same cache', async () => {
    const edge = openEdge();
    await edge.handle(PUBLIC, { clientIp: '203.0.113.7' });

    expect((await edge.handle(PUBLIC, { clientIp: '2001:db8::1' })).resultType).toBe('Hit');
  });

  it('limit: never compresses, whatever the behavior and the viewer want', async () => {
    const edge = openEdge(memoryBackend(() => answer('text '.repeat(1_000))));
    const { response } = await edge.handle(PUBLIC, { headers: { 'accept-encoding': 'br, gzip' } });

    expect(response.headers).not.toHaveProperty('content-encoding');
    expect(response.body).toHaveLength(5_000);
  });

  it('limit: serves no writes to buckets: another method than GET and HEAD is refused as S3 would refuse it', async () => {
    const edge = openEdge(memoryBackend(), { allowedMethods: ['GET', 'HEAD', 'PUT', 'OPTIONS'] });

    expect(await edge.ask(PUBLIC, { method: 'PUT', body: Buffer.from('x') })).toBe(
      '403 origin: writes_nothing',
    );
    expect(await edge.ask(PUBLIC, { method: 'OPTIONS' })).toBe('403 origin: writes_nothing');
    expect(edge.backend.sent).toEqual([]);
  });

  it('limit: never serves a stale object while the origin fails', async () => {
    let fails = false;
    const edge = openEdge(memoryBackend(() => (fails ? answer('', { status: 503 }) : answer('x'))));
    await edge.handle(PUBLIC);
    fails = true;
    edge.nowSeconds = NOW + 300;

    expect(await edge.ask(PUBLIC)).toBe('503 origin: origin_answered_503');
  });

  it('forgets the objects of an invalidated path, and only those', async () => {
    let exists = true;
    const edge = openEdge(
      memoryBackend(() => (exists ? answer('x') : answer('', { status: 404 }))),
    );
    const other = `${PUBLIC}.other`;
    await edge.handle(PUBLIC);
    await edge.handle(other);
    exists = false;
    edge.edge.invalidate(['/elsewhere/*', `${PUBLIC}x`]);

    expect(await edge.ask(PUBLIC)).toBe('200');
    edge.edge.invalidate([PUBLIC]);
    expect(await edge.ask(PUBLIC)).toBe('403 origin: origin_answered_403');
    expect(await edge.ask(other)).toBe('200');
    edge.edge.invalidate([`${PUBLIC}*`]);
    expect(await edge.ask(other)).toBe('403 origin: origin_answered_403');
  });
});

describe('What the bucket lets the distribution read', () => {
  const headers = async (): Promise<{ cookie: string }> => ({
    cookie: await tenantCookies('acme'),
  });

  it('S-02: asks the deployed bucket policy before the bucket is asked', async () => {
    const other = bucketPolicy().replaceAll('distribution/E1', 'distribution/E2');
    const policies = [other, undefined, '{"Statement":[]}'];
    for (const policy of policies) {
      const backend = memoryBackend(undefined, { readBucketPolicy: () => Promise.resolve(policy) });
      const edge = new TestEdge({ backend });

      expect(await edge.ask('/t/acme/x', { headers: await headers() })).toBe(
        '403 origin: bucket_policy',
      );
      expect(backend.sent).toEqual([]);
    }
  });

  it('S-02: a bucket policy that cannot be read opens nothing', async () => {
    const unreadable = [
      () => Promise.reject(new Error('AccessDenied')),
      () => Promise.resolve('no json'),
    ];
    for (const readBucketPolicy of unreadable) {
      const edge = new TestEdge({ backend: memoryBackend(undefined, { readBucketPolicy }) });

      expect(await edge.ask('/t/acme/x', { headers: await headers() })).toMatch(/^502 origin/);
      expect(edge.backend.sent).toEqual([]);
    }
  });

  it('S-03: refuses prefixes outside the policy, even without any signature to check', async () => {
    const behaviors = [contentBehavior({ pathPattern: '*', trustedKeys: undefined })];
    const edge = new TestEdge({ distribution: distribution({ behaviors }) });
    const paths = ['/incoming/t/acme/x', '/x', '/', '/T/acme/x', '/tt/x', '/t', '/t/'];
    const answers = await Promise.all(paths.map((path) => edge.ask(path)));

    expect(new Set(answers)).toEqual(new Set(['403 origin: bucket_policy']));
    expect(edge.backend.sent).toEqual([]);
  });

  it('S-03: never lists: the root of the bucket is no object, whatever the policy allows', async () => {
    const everything = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
    });
    const behaviors = [
      contentBehavior({
        pathPattern: '*',
        trustedKeys: undefined,
        viewerRequestFunction: undefined,
      }),
    ];
    const edge = new TestEdge({
      backend: memoryBackend(undefined, { readBucketPolicy: () => Promise.resolve(everything) }),
      distribution: distribution({ behaviors }),
    });

    expect(await edge.ask('/')).toBe('403 origin: bucket_policy');
    expect(await edge.ask('/?list-type=2')).toBe('403 origin: bucket_policy');
    expect(edge.backend.sent).toEqual([]);
  });

  it('C-21: no key with dot segments, empty ones, a second layer of escapes or broken UTF-8 reaches the bucket, guard or not', async () => {
    const behaviors = [
      contentBehavior({
        pathPattern: '*',
        trustedKeys: undefined,
        viewerRequestFunction: undefined,
      }),
    ];
    const edge = new TestEdge({ distribution: distribution({ behaviors }) });
    const spellings = [
      '/t/acme/../globex/x',
      '/t/acme/./x',
      '/t/acme/%2e%2e/globex/x',
      '/t/acme/%2E./globex/x',
      '/t/acme/..%2fglobex/x',
      '/t/acme/..%5cglobex/x',
      '/t/acme/..;a/globex/x',
      '/t/acme//x',
      '/t/acme/%2f/x',
      '/t/acme/%00',
      '/t/acme/%252e%252e/globex/x',
      '/t/acme/%2541',
      '/t/acme/%c0%ae%c0%ae/globex/x',
      '/t/acme/%ff',
      '/t/acme/%',
      '/t/acme/x/..',
    ];
    const answers = await Promise.all(spellings.map((path) => edge.ask(path)));

    expect(answers).toEqual(spellings.map(() => '403 origin: bucket_policy'));
    expect(edge.backend.sent).toEqual([]);
    expect(await edge.ask('/t/acme/%66/100%25/sp%20ace')).toBe('200');
  });

  it('limit: refuses keys that S3 would take literally: with dot or empty segments, a slash at the end, or an escape in the key itself', async () => {
    const behaviors = [
      contentBehavior({ trustedKeys: undefined, viewerRequestFunction: undefined }),
    ];
    const edge = new TestEdge({ distribution: distribution({ behaviors }) });
    const literal = ['/t/acme/./x', '/t/acme//x', '/t/acme/folder/', '/t/acme/100%2541.txt'];

    expect(await Promise.all(literal.map((path) => edge.ask(path)))).toEqual(
      literal.map(() => '403 origin: bucket_policy'),
    );
  });

  it('S-03: tells 403 for what is missing, and 404 only to a distribution that may list', async () => {
    const missing = memoryBackend(() => answer('<Error>NoSuchKey</Error>', { status: 404 }));
    const edge = new TestEdge({ backend: missing });
    const { response } = await edge.handle('/t/acme/x', { headers: await headers() });
    const { Statement } = JSON.parse(bucketPolicy()) as { Statement: unknown[] };
    const lists = {
      ...(Statement[0] as object),
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::content',
    };
    const listing = memoryBackend(() => answer('NoSuchKey', { status: 404 }), {
      readBucketPolicy: () => Promise.resolve(JSON.stringify({ Statement: [...Statement, lists] })),
    });

    expect(response.status).toBe(403);
    expect(response.headers['content-type']).toBe('application/xml');
    expect(response.body.toString()).toMatch(/Access Denied.*<RequestId>.*<HostId>/s);
    expect(response.body.toString()).not.toContain('NoSuchKey');
    expect(
      await new TestEdge({ backend: listing }).ask('/t/acme/x', { headers: await headers() }),
    ).toBe('404 origin: origin_answered_404');
  });

  it('reads a changed bucket policy within two seconds', async () => {
    let policy = bucketPolicy();
    const edge = new TestEdge({
      backend: memoryBackend(undefined, { readBucketPolicy: () => Promise.resolve(policy) }),
    });
    const cookie = await tenantCookies('acme');
    const ask = (path: string): Promise<string> => edge.ask(path, { headers: { cookie } });
    expect(await ask('/t/acme/1')).toBe('200');
    policy = bucketPolicy(['u']);
    edge.nowSeconds = NOW + 2;

    expect(await ask('/t/acme/2')).toBe('403 origin: bucket_policy');
  });

  it('asks the policy of exactly the bucket that it reads', async () => {
    const asked: string[] = [];
    const backend = memoryBackend(undefined, {
      readBucketPolicy: (bucket) => {
        asked.push(bucket);
        return Promise.resolve(bucketPolicy());
      },
    });
    const domainName = 'my.s3.content.s3.eu-central-1.amazonaws.com';
    const origins = new Map([['content', { ...CONTENT_ORIGIN, domainName }]]);
    const edge = new TestEdge({ backend, distribution: distribution({ origins }) });
    await edge.handle('/public/notice.txt');

    expect(asked).toEqual(['my.s3.content']);
  });
});

describe('S-05: content that a KMS key encrypts', () => {
  const KEY_ID = 'arn:aws:kms:eu-central-1:000000000000:key/1234';
  const decrypt = (source: string): string =>
    JSON.stringify({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Action: 'kms:Decrypt',
          Resource: '*',
          Condition: { StringEquals: { 'AWS:SourceArn': source } },
        },
      ],
    });
  const encrypted = {
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': KEY_ID,
  };

  async function ask(
    headers: Record<string, string>,
    policies: Parameters<typeof memoryBackend>[1],
  ): Promise<string> {
    const backend = memoryBackend(() => answer('x', { headers }), policies);
    return new TestEdge({ backend }).ask('/public/notice.txt');
  }

  it("S-05: opens only where the key's policy lets this distribution decrypt", async () => {
    const reads = (policy: string) => ({ readKeyPolicy: () => Promise.resolve(policy) });

    expect(
      await ask(encrypted, reads(decrypt('arn:aws:cloudfront::000000000000:distribution/E1'))),
    ).toBe('200');
    expect(
      await ask(encrypted, reads(decrypt('arn:aws:cloudfront::000000000000:distribution/E2'))),
    ).toBe('403 origin: key_policy');
    expect(await ask(encrypted, reads('{"Statement":[]}'))).toBe('403 origin: key_policy');
  });

  it('S-05: an object that does not say follows its bucket', async () => {
    const policies = {
      readDefaultKey: () => Promise.resolve(KEY_ID),
      readKeyPolicy: () => Promise.resolve('{"Statement":[]}'),
    };

    expect(await ask({}, policies)).toBe('403 origin: key_policy');
    expect(await ask({ 'x-amz-server-side-encryption': 'AES256' }, policies)).toBe('200');
  });

  it('S-05: the key of AWS itself never lets a distribution in', async () => {
    const unnamed = { 'x-amz-server-side-encryption': 'aws:kms' };
    const named = { ...encrypted, 'x-amz-server-side-encryption-aws-kms-key-id': 'alias/aws/s3' };

    expect(await ask(unnamed, {})).toBe('403 origin: key_policy');
    expect(await ask(named, {})).toBe('403 origin: key_policy');
  });

  it('S-05: a key policy that cannot be read opens nothing', async () => {
    expect(await ask(encrypted, {})).toMatch(/^502 origin/);
  });
});
