import { epochSeconds } from '#core/clock';
import { parseContentBaseUrl } from '#core/signing/content-base-url';
import { signCookies, type SignedCookieSet } from '#core/signing/signed-cookies';
import { parseKeyPairId, type Signer } from '#core/signing/signer';
import { type PathScope, tenantScope } from '#core/tenancy/path-scope';
import { parseTenantId } from '#core/tenancy/tenant-id';
import { userHash } from '#core/user-hash';
import { type ReuseKey, SignatureReuse } from '#lambdas/session/signature-reuse';
import { ISSUER, NOW } from '#test/unit/access-token/token-factory';
import { readSetCookie, SessionBench } from './session-bench';

const acme = tenantScope(parseTenantId('acme'));
const WINDOW_START = NOW - (NOW % 60);

const keyOf = (more: Partial<ReuseKey> = {}): ReuseKey => ({
  user: userHash(ISSUER, 'ann'),
  scope: acme,
  keyPairId: parseKeyPairId('K1'),
  cappedAt: undefined,
  now: epochSeconds(WINDOW_START),
  ...more,
});

class CountingSigner {
  count = 0;
  fails = false;
  readonly signer: Signer = {
    sign: () => {
      this.count += 1;
      if (this.fails) return Promise.reject(new Error('no'));
      return Promise.resolve({
        signature: Uint8Array.of(this.count),
        keyPairId: parseKeyPairId('K1'),
        hashAlgorithm: 'SHA256',
      });
    },
  };

  readonly make = (): Promise<SignedCookieSet> =>
    signCookies({
      contentBaseUrl: parseContentBaseUrl('https://media.example.com'),
      scope: acme,
      lifetimeSeconds: 900,
      now: epochSeconds(NOW),
      signer: this.signer,
    });
}

const makeReuse = (
  more: Partial<ConstructorParameters<typeof SignatureReuse>[0]> = {},
): SignatureReuse =>
  new SignatureReuse({
    reuseWindowSeconds: 60,
    cookieLifetimeSeconds: 900,
    shareAcrossSubjects: false,
    ...more,
  });

describe('reuse of signatures', () => {
  it('makes one for all that ask for the same in a window, also at the same time', async () => {
    const counting = new CountingSigner();
    const reuse = makeReuse();
    await Promise.all(Array.from({ length: 50 }, () => reuse.obtain(keyOf(), counting.make)));
    await reuse.obtain(keyOf({ now: epochSeconds(WINDOW_START + 59) }), counting.make);

    expect(counting.count).toBe(1);
  });

  it('makes a new one in the next window', async () => {
    const counting = new CountingSigner();
    const reuse = makeReuse();
    await reuse.obtain(keyOf({ now: epochSeconds(WINDOW_START + 59) }), counting.make);
    await reuse.obtain(keyOf({ now: epochSeconds(WINDOW_START + 60) }), counting.make);

    expect(counting.count).toBe(2);
  });

  it.each<[string, Partial<ReuseKey>]>([
    ['another subject', { user: userHash(ISSUER, 'bob') }],
    ['the same subject of another issuer', { user: userHash('https://other.example.com', 'ann') }],
    ['another scope', { scope: tenantScope(parseTenantId('globex')) }],
    ['another key', { keyPairId: parseKeyPairId('K2') }],
    ['a token that caps the grant', { cappedAt: epochSeconds(NOW + 100) }],
  ])('never shares with %s', async (_name, more) => {
    const counting = new CountingSigner();
    const reuse = makeReuse();
    await reuse.obtain(keyOf(), counting.make);
    await reuse.obtain(keyOf(more), counting.make);

    expect(counting.count).toBe(2);
  });

  it('shares between subjects, not between scopes, where the settings say so', async () => {
    const counting = new CountingSigner();
    const reuse = makeReuse({ shareAcrossSubjects: true });
    const other: PathScope = tenantScope(parseTenantId('globex'));
    await reuse.obtain(keyOf(), counting.make);
    await reuse.obtain(keyOf({ user: userHash(ISSUER, 'bob') }), counting.make);
    await reuse.obtain(keyOf({ scope: other }), counting.make);

    expect(counting.count).toBe(2);
  });

  it('forgets a failure at once, for everybody who waited for it', async () => {
    const counting = new CountingSigner();
    counting.fails = true;
    const reuse = makeReuse();
    const waiting = await Promise.allSettled([
      reuse.obtain(keyOf(), counting.make),
      reuse.obtain(keyOf(), counting.make),
    ]);
    counting.fails = false;
    await reuse.obtain(keyOf(), counting.make);

    expect(waiting.map(({ status }) => status)).toStrictEqual(['rejected', 'rejected']);
    expect(counting.count).toBe(2);
  });

  it('has no window of 0 seconds', async () => {
    const counting = new CountingSigner();
    const reuse = makeReuse({ reuseWindowSeconds: 0 });
    await reuse.obtain(keyOf(), counting.make);
    await reuse.obtain(keyOf(), counting.make);

    expect(counting.count).toBe(2);
  });

  it('keeps the window short for short lives: two thirds are left when a grant is handed out', async () => {
    const counting = new CountingSigner();
    const reuse = makeReuse({ reuseWindowSeconds: 300, cookieLifetimeSeconds: 30 });
    await reuse.obtain(keyOf(), counting.make);
    await reuse.obtain(keyOf({ now: epochSeconds(WINDOW_START + 10) }), counting.make);

    expect(counting.count).toBe(2);
  });

  it('remembers a bounded number of signatures and still answers beyond it', async () => {
    const counting = new CountingSigner();
    const reuse = makeReuse();
    for (let index = 0; index < 2001; index += 1) {
      await reuse.obtain(keyOf({ user: userHash(ISSUER, `user-${index}`) }), counting.make);
    }
    await reuse.obtain(keyOf({ user: userHash(ISSUER, 'user-0') }), counting.make);
    await reuse.obtain(keyOf({ user: userHash(ISSUER, 'user-2000') }), counting.make);

    expect(counting.count).toBe(2002);
  });
});

describe('reuse in the session function', () => {
  it('a reused grant has the remaining life as Max-Age (C-39), and its first expiry', async () => {
    const bench = new SessionBench();
    const first = await bench.call();
    bench.clock.seconds += 30;
    const second = await bench.call();

    expect(bench.kms.commands).toHaveLength(2);
    expect(second.body['grants']).toStrictEqual(first.body['grants']);
    expect(readSetCookie(second.cookies[0] ?? '').attributes['Max-Age']).toBe('870');
  });

  it('J-11: two tokens of one person share, two persons do not', async () => {
    const bench = new SessionBench();
    await bench.call({ claims: { jti: '1' } });
    await bench.call({ claims: { jti: '2', sid: 'other' } });
    await bench.call({ claims: { sub: 'bob' } });

    expect(bench.kms.commands).toHaveLength(4);
  });

  it('with sharing, tenants are shared and folders are not', async () => {
    const bench = new SessionBench({ grants: { shareAcrossSubjects: true } });
    await bench.call();
    await bench.call({ claims: { sub: 'bob' } });

    expect(bench.kms.commands).toHaveLength(3);
  });

  it('twenty requests at once ask KMS once per scope', async () => {
    const bench = new SessionBench();
    const answers = await Promise.all(Array.from({ length: 20 }, () => bench.call()));

    expect(answers.map(({ status }) => status)).toStrictEqual(Array(20).fill(200));
    expect(bench.kms.commands).toHaveLength(2);
  });

  it('a grant made for a long token never outlives a shorter one of the same person', async () => {
    const bench = new SessionBench({ grants: { capToToken: 'always' } });
    await bench.call({ claims: { exp: NOW + 3000 } });
    const answer = await bench.call({ claims: { exp: NOW + 100 } });

    expect(answer.body['grants']).toMatchObject([
      { expiresAt: '2026-01-01T17:55:00Z' },
      { expiresAt: '2026-01-01T17:55:00Z' },
    ]);
  });
});
