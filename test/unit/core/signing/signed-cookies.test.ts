import { inspect } from 'node:util';
import { epochSeconds } from '#core/clock';
import { decodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { type ContentBaseUrl, parseContentBaseUrl } from '#core/signing/content-base-url';
import {
  buildClearCookies,
  buildSetCookies,
  signCookies,
  type SignedCookieSet,
} from '#core/signing/signed-cookies';
import { type PathScope, tenantUsersScope, userScope } from '#core/tenancy/path-scope';
import { parseTenantId } from '#core/tenancy/tenant-id';
import { userHash } from '#core/user-hash';
import { acme, BASE_URL, generateTestKey, NOW } from '../signing-fixture';
import { thrownBy } from '../thrown-by';

const { signer, keyPairId } = generateTestKey('rsa', 'K2JCJMDEHXQW5F');
const grant = { contentBaseUrl: BASE_URL, lifetimeSeconds: 900, now: NOW, signer };

async function sign(scope = acme(), contentBaseUrl = BASE_URL): Promise<SignedCookieSet> {
  return signCookies({ ...grant, scope, contentBaseUrl });
}

function valueOf(set: SignedCookieSet, name: string): string {
  return set.cookies.find((cookie) => cookie.name === name)?.value.reveal() ?? '';
}

function policyOf(set: SignedCookieSet): string {
  return new TextDecoder().decode(decodeCloudFrontBase64(valueOf(set, 'CloudFront-Policy')));
}

describe('signCookies', () => {
  it('C-06, C-09: makes four cookies with a custom policy and the hash marker', async () => {
    const set = await sign();

    expect(set.cookies.map(({ name }) => name)).toEqual([
      'CloudFront-Policy',
      'CloudFront-Signature',
      'CloudFront-Key-Pair-Id',
      'CloudFront-Hash-Algorithm',
    ]);
    expect(valueOf(set, 'CloudFront-Key-Pair-Id')).toBe(keyPairId);
    expect(valueOf(set, 'CloudFront-Hash-Algorithm')).toBe('SHA256');
    expect(set).toMatchObject({
      scope: acme(),
      keyPairId,
      startsAt: NOW - 60,
      expiresAt: NOW + 900,
    });
    expect(set.fingerprint).toBe(valueOf(set, 'CloudFront-Signature').slice(0, 24));
  });

  it('C-03, C-04: the policy names one host and one scope, with these bytes', async () => {
    expect(policyOf(await sign())).toBe(
      '{"Statement":[{"Resource":"https://media.example.com/t/acme/*","Condition":{"DateLessThan":{"AWS:EpochTime":1767290900},"DateGreaterThan":{"AWS:EpochTime":1767289940}}}]}',
    );
  });

  const tenant = parseTenantId('a'.repeat(63));
  const user = userHash('https://issuer.example.com', 'user_1');

  it.each([
    [userScope(tenant, user), `https://media.example.com/u/${tenant}/${user}/*`],
    [tenantUsersScope(tenant), `https://media.example.com/u/${tenant}/*`],
  ])('C-03: opens $path', async (scope, resource) => {
    expect(policyOf(await sign(scope))).toContain(`"Resource":"${resource}"`);
  });

  it.each(['/t/*/', '/t/acme', '/', '/t/acme/*', '/t/a?c/', '/t/acme/"/'])(
    'C-01, C-07: refuses the forged scope %s',
    async (path) => {
      const forged = { path, tenant: 'acme' } as unknown as PathScope;

      await expect(sign(forged)).rejects.toMatchObject({ code: 'ERR_PATH_SCOPE' });
    },
  );

  it.each(['https://*', '*', 'https://media.example.com/x?', 'http://media.example.com'])(
    'C-04: refuses the forged base URL %s',
    async (url) => {
      await expect(sign(acme(), url as ContentBaseUrl)).rejects.toMatchObject({
        code: 'ERR_CONTENT_BASE_URL',
      });
    },
  );

  it('C-33: keeps the largest set below 900 bytes', async () => {
    const longest = parseContentBaseUrl(`https://${'a'.repeat(63)}.${'b'.repeat(28)}`);
    const largest = await signCookies({
      ...grant,
      contentBaseUrl: longest,
      scope: userScope(tenant, user),
      signer: generateTestKey('rsa', 'K'.repeat(20)).signer,
    });
    const pairs = largest.cookies.map(({ name, value }) => `${name}=${value.reveal()}`);

    expect(longest).toHaveLength(100);
    expect(pairs.join('').length).toBeLessThan(900);
  });

  it('C-57: shows no value', async () => {
    const set = await sign();
    const shown = inspect(set, { depth: 9, showHidden: true }) + JSON.stringify(set);

    expect(shown).not.toContain(valueOf(set, 'CloudFront-Policy'));
    expect(shown).not.toContain(valueOf(set, 'CloudFront-Signature'));
  });
});

describe('buildSetCookies', () => {
  it.each([
    ['lax', 'SameSite=Lax'],
    ['none', 'SameSite=None; Partitioned'],
  ] as const)('C-31: with sameSite %s sets exactly these attributes', async (sameSite, site) => {
    const set = await sign();
    const attributes = `; Path=/t/acme/; Max-Age=840; Secure; HttpOnly; ${site}`;

    expect(buildSetCookies(set, { sameSite, now: epochSeconds(NOW + 60) })).toEqual([
      `CloudFront-Policy=${valueOf(set, 'CloudFront-Policy')}${attributes}`,
      `CloudFront-Signature=${valueOf(set, 'CloudFront-Signature')}${attributes}`,
      `CloudFront-Key-Pair-Id=K2JCJMDEHXQW5F${attributes}`,
      `CloudFront-Hash-Algorithm=SHA256${attributes}`,
    ]);
  });

  it('C-39: lets a cookie live no longer than its policy', async () => {
    const set = await sign();
    const last = buildSetCookies(set, { sameSite: 'lax', now: epochSeconds(NOW + 899) });

    expect(last[0]).toContain('; Max-Age=1;');
  });

  it.each([900, 901])('C-39: refuses to set cookies %d s later', async (seconds) => {
    const set = await sign();
    const now = epochSeconds(NOW + seconds);

    expect(thrownBy(() => buildSetCookies(set, { sameSite: 'lax', now }))).toMatchObject({
      code: 'ERR_COOKIES_EXPIRED',
      field: 'now',
      message: `now: expected a time before the expiry, 1767290900, received ${now}`,
    });
  });
});

describe('buildClearCookies', () => {
  it.each([
    ['lax', 'SameSite=Lax'],
    ['none', 'SameSite=None; Partitioned'],
  ] as const)('C-38: with sameSite %s clears under the same attributes', (sameSite, site) => {
    const attributes = `; Path=/t/acme/; Max-Age=0; Secure; HttpOnly; ${site}`;

    expect(buildClearCookies('/t/acme/', { sameSite })).toEqual([
      `CloudFront-Policy=${attributes}`,
      `CloudFront-Signature=${attributes}`,
      `CloudFront-Key-Pair-Id=${attributes}`,
      `CloudFront-Hash-Algorithm=${attributes}`,
    ]);
  });

  it.each(['/', '/t/acme', '/t/acme/; Domain=example.com', '/t/a\r\nSet-Cookie: x=y/'])(
    'C-34: refuses %j',
    (path) => {
      expect(thrownBy(() => buildClearCookies(path, { sameSite: 'lax' }))).toMatchObject({
        code: 'ERR_PATH_SCOPE',
      });
    },
  );
});
