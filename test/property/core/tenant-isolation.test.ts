import fc from 'fast-check';
import { epochSeconds } from '#core/clock';
import { decodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { buildClearCookies, buildSetCookies, signCookies } from '#core/signing/signed-cookies';
import { isUnambiguousPath } from '#core/tenancy/path-hygiene';
import { type PathScope, tenantScope } from '#core/tenancy/path-scope';
import { isTenantId, parseTenantId } from '#core/tenancy/tenant-id';
import {
  type Verdict,
  type VerificationSwitches,
  verifyViewerRequest,
} from '#core/verification/verify-viewer-request';
import { parseViewerUrl } from '#core/verification/viewer-url';
import { BASE_URL, cookieHeader, generateTestKey, NOW } from '#test/unit/core/signing-fixture';
import { HOSTILE_TEXTS, hostileText, tenantText } from './hostile-texts';
import { propertyRuns } from './property-runs';

const KEY = generateTestKey('p256', 'K1');
const SWITCHES: readonly VerificationSwitches[] = (['raw', 'normalised'] as const).flatMap(
  (matchedPath) =>
    (['refuse', 'first', 'last'] as const).flatMap((duplicateCookie) =>
      [true, false].flatMap((strictSha256) =>
        [true, false].map((allowTestKeySizes) => ({
          matchedPath,
          duplicateCookie,
          strictSha256,
          allowTestKeySizes,
        })),
      ),
    ),
);

function sign(scope: PathScope) {
  const grant = { contentBaseUrl: BASE_URL, lifetimeSeconds: 900, now: NOW, signer: KEY.signer };
  return signCookies({ ...grant, scope });
}

function verify(url: string, cookie: string, switches: VerificationSwitches): Verdict {
  return verifyViewerRequest(
    { url, method: 'GET', headers: { cookie }, clientIp: '203.0.113.7' },
    { now: NOW, trustedKeys: new Map([[KEY.keyPairId, KEY.trusted]]), switches },
  );
}

/** Returns the combinations of switches with which a request is allowed. */
function openUnder(url: string, cookie: string): VerificationSwitches[] {
  return SWITCHES.filter((switches) => verify(url, cookie, switches).allowed);
}

describe('C-01: whatever a tenant is called', () => {
  async function expectRefusedOrExact(text: string): Promise<void> {
    if (!isTenantId(text)) {
      expect(() => parseTenantId(text)).toThrow('tenantId: expected');
      return;
    }
    const set = await sign(tenantScope(parseTenantId(text)));
    const policy = decodeCloudFrontBase64(set.cookies[0]?.value.reveal() ?? '');

    expect(JSON.parse(new TextDecoder().decode(policy))).toEqual({
      Statement: [
        {
          Resource: `https://media.example.com/t/${text}/*`,
          Condition: {
            DateLessThan: { 'AWS:EpochTime': NOW + 900 },
            DateGreaterThan: { 'AWS:EpochTime': NOW - 60 },
          },
        },
      ],
    });
  }

  it.each(HOSTILE_TEXTS)('%j is refused, or the Resource is the template', async (text) => {
    await expectRefusedOrExact(text);
  });

  it('is refused, or the Resource is the template', async () => {
    await fc.assert(fc.asyncProperty(hostileText(), expectRefusedOrExact), propertyRuns());
    await fc.assert(fc.asyncProperty(tenantText(), expectRefusedOrExact), propertyRuns(0.5));
  });

  it('cookies of one open nothing of another', async () => {
    await fc.assert(
      fc.asyncProperty(tenantText(), tenantText(), fc.webPath(), async (own, foreign, rest) => {
        fc.pre(own !== foreign);
        const cookie = cookieHeader(await sign(tenantScope(parseTenantId(own))));

        expect(openUnder(`${BASE_URL}/t/${own}/x`, cookie)).toHaveLength(SWITCHES.length);
        for (const path of [`/t/${foreign}/${rest}`, `/t/${foreign}`, `/u/${own}/x`, '/x', '/']) {
          const url = `${BASE_URL}${path}`;
          fc.pre(!new URL(url).pathname.startsWith(`/t/${own}/`));

          expect(openUnder(url, cookie)).toEqual([]);
        }
      }),
      propertyRuns(0.05),
    );
  });
});

describe('C-34: a Set-Cookie header', () => {
  it('follows the grammar of RFC 6265 section 4.1.1', async () => {
    const grammar =
      /^CloudFront-[A-Za-z-]+=[\u0021\u0023-\u002b\u002d-\u003a\u003c-\u005b\u005d-\u007e]*; Path=\/[tu]\/[A-Za-z0-9_/-]+\/; Max-Age=[0-9]+; Secure; HttpOnly; SameSite=(?:Lax|None; Partitioned)$/;
    await fc.assert(
      fc.asyncProperty(tenantText(), fc.constantFrom('lax', 'none'), async (tenant, sameSite) => {
        const set = await sign(tenantScope(parseTenantId(tenant)));
        const headers = [
          ...buildSetCookies(set, { sameSite, now: NOW }),
          ...buildClearCookies(set.scope.path, { sameSite }),
        ];

        expect(headers.filter((header) => !grammar.test(header))).toEqual([]);
      }),
      propertyRuns(0.1),
    );
  });
});

/** Changes of a path that could change its meaning but never add a tenant's name. */
const REWRITES: readonly ((path: string, at: number) => string)[] = [
  (path) => `${path}/x`,
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => path.toUpperCase(),
  (path) => path.toLowerCase(),
  (path, at) => `${path.slice(0, at)}/${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}/./${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}/../${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}%2e%2e/${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}%2F${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}%00${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)};x${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}\\${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}*${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}?${path.slice(at)}`,
  (path, at) =>
    `${path.slice(0, at)}%${(path.charCodeAt(at) || 0x2f).toString(16)}${path.slice(at + 1)}`,
  (path, at) => path.slice(0, at) + path.slice(at + 1),
];

/**
 * Returns the path in all forms in which a program could see it: raw, and normalised as browsers
 * and RFC 3986 do.
 */
function readings(url: string): string[] {
  const path = parseViewerUrl(url)?.path ?? '';
  const decoded = path.replace(
    /%(?:[46][1-9A-Fa-f]|[57][0-9Aa]|3[0-9]|2[DdEe]|5[Ff]|7[Ee])/g,
    (escape) => decodeURIComponent(escape),
  );
  const joined = decoded.replace(/\/+/g, '/');
  // The path is parsed with a host. Without one, a path that starts with `/\\` would be parsed as a
  // host.
  return [path, new URL(`https://h${joined}`).pathname];
}

describe('M-03: rewriting the path of a refused request', () => {
  it('never opens another tenant', async () => {
    await fc.assert(
      fc.asyncProperty(
        tenantText(),
        tenantText(),
        fc.array(fc.tuple(fc.constantFrom(...REWRITES), fc.nat(40)), {
          minLength: 1,
          maxLength: 5,
        }),
        async (own, foreign, rewrites) => {
          const cookie = cookieHeader(await sign(tenantScope(parseTenantId(own))));
          const path = rewrites.reduce(
            (text, [rewrite, at]) => rewrite(text, 1 + (at % text.length)),
            `/t/${foreign}/photo.jpg`,
          );
          const url = `${BASE_URL}${path}`;
          fc.pre(readings(url).every((reading) => !reading.startsWith(`/t/${own}/`)));

          expect(openUnder(url, cookie)).toEqual([]);
        },
      ),
      propertyRuns(0.2),
    );
  });
});

describe('C-30, C-50: whatever is done to the cookies and the path', () => {
  const COOKIE_PART = /[^;]+/g;

  it('nothing opens outside the tenants that were signed for, once the guard has looked too', async () => {
    const [acme, initech] = await Promise.all(
      ['acme', 'initech'].map(async (tenant) =>
        cookieHeader(await sign(tenantScope(parseTenantId(tenant)))),
      ),
    );
    const pairs = `${acme ?? ''};${initech ?? ''}`.match(COOKIE_PART) ?? [];
    const pair = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...pairs) },
      { weight: 1, arbitrary: hostileText() },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom(...pairs), fc.nat(), hostileText())
          .map(([text, at, hostile]) => {
            const cut = at % text.length;
            return text.slice(0, cut) + hostile + text.slice(cut + 1);
          }),
      },
    );
    const segment = fc.oneof(
      fc.constantFrom(
        't',
        'u',
        'acme',
        'initech',
        'globex',
        '..',
        '.',
        '',
        '%2e%2e',
        '%2f',
        '*',
        '?',
        'x',
      ),
      hostileText(),
    );
    const hostile = fc.record({
      host: fc.constantFrom(
        'https://media.example.com',
        'http://media.example.com',
        'https://media.example.com@evil',
        'https://evil',
      ),
      segments: fc.array(segment, { maxLength: 6 }),
      cookies: fc.array(pair, { maxLength: 9 }),
    });
    let opened = 0;
    fc.assert(
      fc.property(hostile, ({ host, segments, cookies }) => {
        const url = `${host}/t/${segments.join('/')}`;
        const switches = openUnder(url, cookies.join(';'));
        opened += switches.length;
        const path = parseViewerUrl(url)?.path ?? '';

        expect(
          switches.length > 0 && isUnambiguousPath(path) && !/^\/t\/(?:acme|initech)\//.test(path),
        ).toBe(false);
      }),
      {
        ...propertyRuns(),
        examples: [
          [
            {
              host: 'https://media.example.com',
              segments: ['acme', 'x'],
              cookies: pairs.slice(0, 4),
            },
          ],
        ],
      },
    );

    expect(opened).toBeGreaterThan(0);
  });
});

describe('whatever a viewer sends', () => {
  it('gets a verdict', () => {
    const switches = fc.constantFrom(...SWITCHES);
    const name = fc.constantFrom(
      'Policy',
      'Signature',
      'Key-Pair-Id',
      'Hash-Algorithm',
      'Expires',
      'x',
    );
    const query = fc
      .array(fc.tuple(name, hostileText()), { maxLength: 5 })
      .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'));
    const cookies = fc
      .array(fc.tuple(name, hostileText()), { maxLength: 6 })
      .map((pairs) => pairs.map(([part, value]) => `CloudFront-${part}=${value}`).join('; '));
    const url = fc.oneof(
      hostileText(),
      fc.tuple(hostileText(), query).map(([path, text]) => `${BASE_URL}/${path}?${text}`),
      query.map((text) => `${BASE_URL}/t/acme/x?${text}`),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
    );
    fc.assert(
      fc.property(fc.tuple(url, cookies, hostileText()), switches, (sent, mode) => {
        const [hostileUrl, cookie, clientIp] = sent;
        const verdict = verifyViewerRequest(
          { url: hostileUrl, method: 'GET', headers: { cookie }, clientIp },
          {
            now: epochSeconds(NOW),
            trustedKeys: new Map([[KEY.keyPairId, KEY.trusted]]),
            switches: mode,
          },
        );

        expect(verdict).toMatchObject({ allowed: false, status: 403 });
      }),
      propertyRuns(3),
    );
  });
});
