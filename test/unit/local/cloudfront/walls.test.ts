import { evaluateResourcePolicy } from '#aws/resource-policy';
import type { CacheBehavior } from '#local/cloudfront/distribution';
import type { EdgeSwitches } from '#local/cloudfront/switches';
import {
  answer,
  API_ORIGIN,
  bucketPolicy,
  contentBehavior,
  distribution,
  distributionWith,
  memoryBackend,
  publicBehavior,
  tenantCookies,
  TestEdge,
} from './edge-fixture';

const FOREIGN = '/t/globex/photo.jpg';
const CLIMBING = '/t/acme/../globex/photo.jpg';
const OPEN_POLICY = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }],
});

interface Walls {
  readonly behavior?: Partial<CacheBehavior>;
  readonly switches?: Partial<EdgeSwitches>;
  readonly policy?: string;
}

/**
 * Returns the answer to a member of acme who requests an object of globex that is in the edge's
 * cache.
 */
async function asAcme(target: string, walls: Walls = {}): Promise<string> {
  const { behavior = {}, switches = {}, policy = bucketPolicy() } = walls;
  const edge = new TestEdge({
    backend: memoryBackend(({ rawPath }) => answer(rawPath), {
      readBucketPolicy: () => Promise.resolve(policy),
    }),
    distribution: distributionWith(behavior),
    switches,
  });
  const globex = { cookie: await tenantCookies('globex') };
  expect(await edge.ask(FOREIGN, { headers: globex })).toBe('200');
  const asked = edge.backend.sent.length;
  const said = await edge.ask(target, { headers: { cookie: await tenantCookies('acme') } });
  return edge.backend.sent.length === asked ? said : `${said}, asked the origin`;
}

describe('Without the guard', () => {
  const behavior = { viewerRequestFunction: undefined };

  it('C-21: the signature still refuses what is foreign as written', async () => {
    expect(await asAcme(FOREIGN, { behavior })).toBe('403 signature: outside_resource');
  });

  it('C-21: the signature refuses a climbing path if it is held against the normalised form', async () => {
    const switches = { matchedPath: 'normalised' } as const;

    expect(await asAcme(CLIMBING, { behavior, switches })).toBe('403 signature: outside_resource');
  });

  it('C-21: the raw cache key and the bucket refuse a climbing path if the raw form is compared', async () => {
    expect(await asAcme(CLIMBING, { behavior })).toBe('403 origin: bucket_policy');
  });

  it('C-21, C-56: nothing else stands if the raw form is compared and the normalised one is cached: this is what the guard is for', async () => {
    const switches = { cacheKeyPath: 'normalised' } as const;

    expect(await asAcme(CLIMBING, { behavior, switches })).toBe('200');
    expect(await asAcme(CLIMBING, { switches })).toBe('403 guard: guard_answered_403');
  });
});

describe('Without the signature check', () => {
  const behavior = { trustedKeys: undefined };

  it('C-52: the guard refuses climbing paths, and the bucket what no prefix of the policy holds', async () => {
    expect(await asAcme(CLIMBING, { behavior })).toBe('403 guard: guard_answered_403');
    expect(await asAcme('/incoming/t/globex/photo.jpg', { behavior })).toBe(
      '403 origin: bucket_policy',
    );
  });

  it('C-52: nothing else stands before a plain foreign path: every content behavior needs the key group', async () => {
    expect(await asAcme(FOREIGN, { behavior })).toBe('200');
  });

  it('C-52: a public behavior that matches first opens only its own prefix, because bucket and guard say so', async () => {
    const behaviors = [publicBehavior(), contentBehavior({ pathPattern: '*' })];
    const edge = new TestEdge({
      distribution: distribution({ behaviors }),
      switches: { behaviorPath: 'undecoded' },
    });
    const climbing = [
      '/public/%2e%2e/t/globex/x',
      '/public/..%2ft/globex/x',
      '/public/../t/globex/x',
    ];
    const answers = await Promise.all(climbing.map((path) => edge.ask(path)));

    expect(new Set(answers)).toEqual(new Set(['403 guard: guard_answered_403']));
  });
});

describe('Without the condition in the bucket policy', () => {
  it('S-02: signature and guard still refuse at this distribution', async () => {
    const walls = { policy: OPEN_POLICY };

    expect(await asAcme(FOREIGN, walls)).toBe('403 signature: outside_resource');
    expect(await asAcme(CLIMBING, walls)).toBe('403 guard: guard_answered_403');
  });

  it('S-02: nothing else stands against another distribution of anybody: the condition is what refuses it', async () => {
    const behaviors = [publicBehavior({ pathPattern: '*', viewerRequestFunction: undefined })];
    const theirs = distribution({
      arn: 'arn:aws:cloudfront::111111111111:distribution/E2',
      behaviors,
    });
    const ask = (policy: string): Promise<string> =>
      new TestEdge({
        backend: memoryBackend(undefined, { readBucketPolicy: () => Promise.resolve(policy) }),
        distribution: theirs,
      }).ask(FOREIGN);

    expect(await ask(bucketPolicy())).toBe('403 origin: bucket_policy');
    expect(await ask(OPEN_POLICY)).toBe('200');
  });

  it('S-01, S-02: nothing but the policy stands before the bucket itself', () => {
    const direct = {
      principal: { kind: 'anonymous' },
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::content/t/globex/photo.jpg',
      context: { 'aws:securetransport': 'true' },
    } as const;

    expect(evaluateResourcePolicy(bucketPolicy(), direct)).toBe('implicit-deny');
    expect(evaluateResourcePolicy(OPEN_POLICY, direct)).toBe('allow');
  });
});

describe('Without the secret origin header', () => {
  it('S-13: the API gets a request that it can tell from one through the distribution, whatever a viewer sends', async () => {
    const origins = new Map([['api', { ...API_ORIGIN, customHeaders: {} }]]);
    const without = new TestEdge({
      distribution: distribution({ origins: new Map([...distribution().origins, ...origins]) }),
    });
    const through = new TestEdge();
    await without.handle('/api/session', { method: 'POST' });
    await through.handle('/api/session', {
      method: 'POST',
      headers: { 'x-edgepass-origin-secret': 'guess' },
    });
    const secretOf = (edge: TestEdge): string | undefined =>
      edge.backend.sent[0]?.headers['x-edgepass-origin-secret'];

    expect([secretOf(without), secretOf(through)]).toEqual([undefined, 'the-origin-secret']);
  });
});

describe('With every wall in place', () => {
  it('the first wall that can refuse does, and nothing reaches the origin', async () => {
    expect(await asAcme(FOREIGN)).toBe('403 signature: outside_resource');
    expect(await asAcme(CLIMBING)).toBe('403 guard: guard_answered_403');
  });
});
