import { buildCacheKey, cacheTtlSeconds, EdgeCache, selectQuery } from '#local/cloudfront/cache';
import type { CachePolicy, ErrorResponse } from '#local/cloudfront/distribution';
import type { EdgeRequest } from '#local/cloudfront/exchange';
import {
  answer,
  CONTENT_CACHE,
  contentBehavior,
  EVERYTHING,
  NO_CACHE,
  NONE_FORWARDED,
  NOW,
  viewerRequest,
} from './edge-fixture';

function ttl(
  headers: Record<string, string>,
  settings: { policy?: CachePolicy; status?: number; errorResponses?: ErrorResponse[] } = {},
): number {
  const { policy = CONTENT_CACHE, status = 200, errorResponses = [] } = settings;
  const response = answer('', { headers, status });
  return cacheTtlSeconds(response, { policy, errorResponses, nowSeconds: NOW });
}

function key(
  target: string,
  changes: Partial<EdgeRequest> = {},
  policy: Partial<CachePolicy> = {},
): string {
  const behavior = contentBehavior({ cachePolicy: { ...CONTENT_CACHE, ...policy } });
  return buildCacheKey(viewerRequest(target, changes), behavior, { cacheKeyPath: 'raw' });
}

describe('How long an object is kept', () => {
  it('takes the default where the origin says nothing', () => {
    expect(ttl({})).toBe(300);
  });

  it('takes what the origin says, s-maxage before max-age before Expires', () => {
    const expires = new Date((NOW + 60) * 1_000).toUTCString();

    expect(ttl({ 'cache-control': 'max-age=20' })).toBe(20);
    expect(ttl({ 'cache-control': 'public, max-age=20, s-maxage=30' })).toBe(30);
    expect(ttl({ expires })).toBe(60);
    expect(ttl({ expires, 'cache-control': 'MAX-AGE=20' })).toBe(20);
    expect(ttl({ expires: '0' })).toBe(0);
    expect(ttl({ expires: new Date(0).toUTCString() })).toBe(0);
  });

  it('stays within the minimum and maximum of the cache policy', () => {
    const policy = { ...CONTENT_CACHE, minTtlSeconds: 10 };

    expect(ttl({ 'cache-control': 'max-age=1' }, { policy })).toBe(10);
    expect(ttl({ 'cache-control': `max-age=${'9'.repeat(400)}` }, { policy })).toBe(3_600);
  });

  it('C-37: keeps nothing that is private, no-store or no-cache, beyond the minimum of the policy', () => {
    const controls = [
      'private',
      'no-store',
      'no-cache',
      'max-age=60, private',
      'NO-STORE, s-maxage=9',
    ];
    const oneSecond = { ...CONTENT_CACHE, minTtlSeconds: 1 };

    expect(controls.map((control) => ttl({ 'cache-control': control }))).toEqual([0, 0, 0, 0, 0]);
    expect(ttl({ 'cache-control': 'no-store' }, { policy: oneSecond })).toBe(1);
  });

  it('C-37: keeps nothing at all under CachingDisabled', () => {
    expect(ttl({ 'cache-control': 'max-age=60' }, { policy: NO_CACHE })).toBe(0);
  });

  it('C-54: keeps a missing object and a failing origin for 10 seconds, or what the distribution says', () => {
    const errorResponses = [{ errorCode: 404, cachingMinTtlSeconds: 1 }];

    expect(ttl({}, { status: 404 })).toBe(10);
    expect(ttl({}, { status: 503 })).toBe(10);
    expect(ttl({}, { status: 404, errorResponses })).toBe(1);
    expect(ttl({ 'cache-control': 'max-age=60' }, { status: 404, errorResponses })).toBe(60);
    expect(ttl({ 'cache-control': 'no-store' }, { status: 404 })).toBe(10);
  });

  it('C-54: keeps a 403 only when the origin gives it an age', () => {
    expect(ttl({}, { status: 403 })).toBe(0);
    expect(ttl({ 'cache-control': 'max-age=5' }, { status: 403 })).toBe(5);
  });

  it('keeps no other error', () => {
    expect(
      [401, 409, 416, 429].map((status) => ttl({ 'cache-control': 'max-age=9' }, { status })),
    ).toEqual([0, 0, 0, 0]);
  });
});

describe('What the cache key is made of', () => {
  it('C-55: under the content policy it is host, path and disposition, and nothing else that a viewer sends', () => {
    const plain = key('/t/acme/x');
    const headers = {
      cookie: 'CloudFront-Policy=a; session=b',
      origin: 'https://evil.example',
      'x-forwarded-host': 'evil.example',
      range: 'bytes=0-1',
      authorization: 'Bearer x',
    };

    expect(key('/t/acme/x?a=1&Policy=x', { headers, method: 'HEAD', clientIp: '::1' })).toBe(plain);
  });

  it('S-11: each file name of a download is a cache entry of its own', () => {
    const named = (name: string): string =>
      key(`/t/acme/x?response-content-disposition=attachment%3B%20filename%3D%22${name}%22`);

    expect(new Set([key('/t/acme/x'), named('a'), named('b')]).size).toBe(3);
    expect(key(`/t/acme/x?response-content-type=text/html&versionId=1`)).toBe(key('/t/acme/x'));
  });

  it('C-56: another path, letter case, escape or host is another key', () => {
    const keys = [
      key('/t/acme/x'),
      key('/t/acme/X'),
      key('/t/acme/%78'),
      key('/t/acme//x'),
      key('/t/acme/y/../x'),
      key('/t/acmex'),
      key('/t/acme/x', { host: 'd111.cloudfront.net' }),
    ];

    expect(new Set(keys).size).toBe(keys.length);
  });

  it('C-56: has a switch for a key by the normalised path', () => {
    const behavior = contentBehavior();
    const normalised = (target: string): string =>
      buildCacheKey(viewerRequest(target), behavior, { cacheKeyPath: 'normalised' });

    expect(normalised('/t/acme/y/../x')).toBe(normalised('/t/acme/x'));
    expect(normalised('/t/acme/x')).not.toBe(normalised('/t/globex/x'));
  });

  it('C-55: holds every query parameter and header that the policy selects', () => {
    const policy = {
      queries: { choice: 'only', names: ['size'] },
      headers: { choice: 'only', names: ['accept'] },
    } as const;

    expect(key('/x?size=1&a=1', {}, policy)).toBe(key('/x?a=2&size=1', {}, policy));
    expect(key('/x?size=1', {}, policy)).not.toBe(key('/x?size=2', {}, policy));
    expect(key('/x?Size=1', {}, policy)).not.toBe(key('/x?size=1', {}, policy));
    expect(key('/x', { headers: { accept: 'a' } }, policy)).not.toBe(key('/x', {}, policy));
    expect(key('/x', { headers: { origin: 'a' } }, policy)).toBe(key('/x', {}, policy));
  });

  it('C-37, C-55: holds every cookie that the policy selects, so that two users share nothing', () => {
    const policy = { cookies: EVERYTHING };
    const of = (cookie: string): string => key('/x', { headers: { cookie } }, policy);

    expect(of('session=ada')).not.toBe(of('session=grace'));
    expect(of('session=ada')).not.toBe(key('/x', {}, policy));
  });

  it('keeps no copy of its own for each signed cookie or signed URL', () => {
    const policy = { cookies: EVERYTHING, queries: EVERYTHING };
    const of = (signature: string): string =>
      key(
        `/x?a=1&Signature=${signature}&Policy=p&Key-Pair-Id=k&Hash-Algorithm=SHA256&Expires=1`,
        { headers: { cookie: `CloudFront-Signature=${signature}; CloudFront-Policy=p` } },
        policy,
      );

    expect(of('one')).toBe(of('two'));
  });

  it('selects query parameters by their names as written, in the order sent', () => {
    const only = { choice: 'only', names: ['a', 'flag'] } as const;

    expect(selectQuery('b=1&a=2&a&flag&A=3&aa=4', only)).toBe('a=2&a&flag');
    expect(selectQuery('b=1&a=2', { choice: 'allExcept', names: ['a'] })).toBe('b=1');
    expect(selectQuery('a=1', NONE_FORWARDED.queries)).toBe('');
    expect(selectQuery(undefined, EVERYTHING)).toBe('');
  });
});

describe('The cache itself', () => {
  it('is fresh until its last second, then stale, and counts its age', () => {
    const cache = new EdgeCache();
    cache.store('k', answer('x'), { nowSeconds: 100, ttlSeconds: 10 });

    expect(cache.lookUp('k', 100)).toMatchObject({ kind: 'fresh', ageSeconds: 0 });
    expect(cache.lookUp('k', 109.9)).toMatchObject({ kind: 'fresh', ageSeconds: 9 });
    expect(cache.lookUp('k', 110)).toMatchObject({ kind: 'stale' });
    expect(cache.lookUp('other', 100)).toEqual({ kind: 'miss' });
  });

  it('forgets an object whose new answer may not be kept', () => {
    const cache = new EdgeCache();
    cache.store('k', answer('x'), { nowSeconds: 100, ttlSeconds: 10 });
    cache.store('k', answer('y'), { nowSeconds: 101, ttlSeconds: 0 });

    expect(cache.lookUp('k', 101)).toEqual({ kind: 'miss' });
  });

  it('drops what was used least recently, and never more than it must', () => {
    const cache = new EdgeCache();
    const at = { nowSeconds: 100, ttlSeconds: 10 };
    for (let count = 0; count < 2_000; count += 1) cache.store(`k${count}`, answer('x'), at);
    cache.lookUp('k0', 100);
    cache.store('one more', answer('x'), at);

    expect(cache.lookUp('k0', 100).kind).toBe('fresh');
    expect(cache.lookUp('k1', 100).kind).toBe('miss');
    expect(cache.lookUp('k2', 100).kind).toBe('fresh');
  });

  it('limit: holds objects whole in memory, and never keeps one of more than 64 MB', () => {
    const cache = new EdgeCache();
    const large = answer('', { body: Buffer.alloc(64 * 1024 * 1024 + 1) });
    cache.store('k', large, { nowSeconds: 100, ttlSeconds: 10 });

    expect(cache.lookUp('k', 100)).toEqual({ kind: 'miss' });
  });
});

describe('What the cache holds at most', () => {
  const lifetime = { nowSeconds: NOW, ttlSeconds: 60 };
  it('keeps an answer without a body, and none over a quarter of the whole', () => {
    const cache = new EdgeCache();
    const large = { ...answer(''), body: Buffer.alloc(64 * 1024 * 1024 + 1) };
    cache.store('empty', answer(''), lifetime);
    cache.store('large', answer('earlier'), lifetime);
    cache.store('large', large, lifetime);

    expect(cache.lookUp('empty', NOW).kind).toBe('fresh');
    expect(cache.lookUp('large', NOW).kind).toBe('miss');
  });
});
