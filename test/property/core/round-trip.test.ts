import { webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { addSeconds, type EpochSeconds, epochSeconds } from '#core/clock';
import { decodeCloudFrontBase64, encodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { type JsonValue, parseStrictJson } from '#core/policy/strict-json';
import { parseContentBaseUrl } from '#core/signing/content-base-url';
import { signCookies } from '#core/signing/signed-cookies';
import { signUrl } from '#core/signing/signed-url';
import { parseObjectKey } from '#core/tenancy/object-key';
import { tenantScope, tenantUsersScope, userScope } from '#core/tenancy/path-scope';
import { parseTenantId } from '#core/tenancy/tenant-id';
import { userHash } from '#core/user-hash';
import { DEFAULT_SWITCHES, verifyViewerRequest } from '#core/verification/verify-viewer-request';
import { cookieHeader, generateTestKey } from '#test/unit/core/signing-fixture';
import { tenantText } from './hostile-texts';
import { propertyRuns } from './property-runs';

const KEYS = [
  generateTestKey('p256', 'KEC1'),
  generateTestKey('p256', 'KEC2'),
  generateTestKey('rsa', 'KRSA'),
] as const;
const TRUSTED = new Map(KEYS.map((key) => [key.keyPairId, key.trusted]));

const grant = fc.record({
  key: fc.constantFrom(...KEYS),
  contentBaseUrl: fc
    .constantFrom(
      'https://media.example.com',
      'https://d111111abcdef8.cloudfront.net',
      'http://localhost:4680',
      'http://[::1]:4680',
    )
    .map(parseContentBaseUrl),
  tenant: tenantText().map(parseTenantId),
  subject: fc.string({ minLength: 1 }),
  now: fc.integer({ min: 60, max: 253_402_200_000 }).map(epochSeconds),
  lifetimeSeconds: fc.integer({ min: 1, max: 900 }),
});

function reasonsAt(
  now: EpochSeconds,
  request: { url: string; cookie?: string },
): readonly string[] {
  const { url, cookie = '' } = request;
  const verdict = verifyViewerRequest(
    { url, method: 'GET', headers: { cookie }, clientIp: '203.0.113.7' },
    { now, trustedKeys: TRUSTED, switches: { ...DEFAULT_SWITCHES, strictSha256: true } },
  );
  return verdict.allowed ? [] : verdict.reasons;
}

/**
 * The grant is valid from the second after its start to the second before its expiry, and at no
 * other time.
 */
function expectWindow(
  now: EpochSeconds,
  lifetimeSeconds: number,
  request: { url: string; cookie?: string },
) {
  const at = (seconds: number): readonly string[] => reasonsAt(addSeconds(now, seconds), request);

  expect([at(0), at(-59), at(lifetimeSeconds - 1)]).toEqual([[], [], []]);
  expect([at(-60), at(lifetimeSeconds)]).toEqual([['not_yet_valid'], ['expired']]);
}

describe('M-04: what is signed is verified', () => {
  it('cookies, for every scope, key, lifetime and clock', async () => {
    await fc.assert(
      fc.asyncProperty(grant, async ({ key, tenant, subject, ...rest }) => {
        const user = userHash('https://issuer.example.com', subject);
        const scopes = [tenantScope(tenant), tenantUsersScope(tenant), userScope(tenant, user)];
        for (const scope of scopes) {
          const cookie = cookieHeader(await signCookies({ ...rest, scope, signer: key.signer }));
          const url = `${rest.contentBaseUrl}${scope.path}a%20b/c.jpg?v=1`;

          expectWindow(rest.now, rest.lifetimeSeconds, { url, cookie });
        }
      }),
      propertyRuns(0.1),
    );
  });

  it('URLs, for every key, lifetime and clock', async () => {
    await fc.assert(
      fc.asyncProperty(grant, async ({ key, tenant, subject: v, ...rest }) => {
        const objectKey = parseObjectKey(`t/${tenant}/f/ä b.jpg`);
        const signed = await signUrl({ ...rest, objectKey, query: { v }, signer: key.signer });
        const url = signed.signedUrl.reveal();

        expectWindow(rest.now, rest.lifetimeSeconds, { url });
        expect(reasonsAt(rest.now, { url: `${url}&w=1` })).toEqual(['outside_resource']);
      }),
      propertyRuns(0.1),
    );
  });
});

describe('C-11: CloudFront base64', () => {
  it('agrees with the platform, and has one spelling for each value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const text = encodeCloudFrontBase64(bytes);
        const standard = Buffer.from(bytes).toString('base64');

        expect(text).toBe(standard.replace(/[+=/]/g, (from) => '-_~'.charAt('+=/'.indexOf(from))));
        expect(decodeCloudFrontBase64(text)).toEqual(Uint8Array.from(bytes));
      }),
      propertyRuns(2),
    );
  });

  it('accepts nothing that it would not write', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('AQgwz9-~_=+/ \n')),
      maxLength: 12,
    });
    fc.assert(
      fc.property(text, (spelling) => {
        const bytes = decodeCloudFrontBase64(spelling);

        expect(bytes === undefined || encodeCloudFrontBase64(bytes) === spelling).toBe(true);
      }),
      propertyRuns(5),
    );
  });
});

function plain(value: JsonValue): unknown {
  if (value instanceof Map) {
    return Object.fromEntries(
      [...(value as Map<string, JsonValue>)].map(([name, inner]) => [name, plain(inner)]),
    );
  }
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(plain);
  return typeof value === 'object' && value !== null
    ? Number((value as { numberText: string }).numberText)
    : value;
}

describe('C-12: strict JSON', () => {
  it('reads what the platform writes, and as the platform does', () => {
    const value = fc
      .jsonValue({ maxDepth: 3 })
      .filter((json) => !JSON.stringify(json).includes('__proto__'));
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, '\t'), (json, indent) => {
        const text = JSON.stringify(json, null, indent);
        const parsed = parseStrictJson(text);

        expect(parsed && plain(parsed.value)).toEqual(JSON.parse(text));
      }),
      propertyRuns(),
    );
  });

  it('accepts no text that the platform refuses, and refuses none that it accepts', () => {
    const text = fc
      .array(
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          ':',
          ',',
          '"a"',
          '"b"',
          '"',
          '1',
          '-',
          '0',
          '.',
          'e',
          ' ',
          'true',
          'null',
          '\\',
          '\n',
        ),
        { maxLength: 9 },
      )
      .map((tokens) => tokens.join(''));
    fc.assert(
      fc.property(text, (json) => {
        let accepted = true;
        try {
          JSON.parse(json);
        } catch {
          accepted = false;
        }

        expect(parseStrictJson(json) !== undefined).toBe(accepted);
      }),
      propertyRuns(20),
    );
  });
});

describe('M-01: WebCrypto, another interface to the verifier', () => {
  it('agrees that our ECDSA signatures are DER of the same r and s', async () => {
    const key = KEYS[0];
    const spki = Buffer.from(key.publicPem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const publicKey = await webcrypto.subtle.importKey('spki', spki, algorithm, false, ['verify']);
    const fixed = (integer: Uint8Array): Buffer =>
      Buffer.concat([Buffer.alloc(32), integer]).subarray(-32);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        const message = Uint8Array.from(bytes);
        const { signature } = await key.signer.sign(message);
        const rLength = signature[3] ?? 0;
        const r = signature.subarray(4, 4 + rLength);
        const s = signature.subarray(6 + rLength);
        const raw = Uint8Array.from(Buffer.concat([fixed(r), fixed(s)]));
        const hash = { name: 'ECDSA', hash: 'SHA-256' };

        await expect(webcrypto.subtle.verify(hash, publicKey, raw, message)).resolves.toBe(true);
      }),
      propertyRuns(0.1),
    );
  });
});
