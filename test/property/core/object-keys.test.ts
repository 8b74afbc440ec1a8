import fc from 'fast-check';
import { decodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { signUrl } from '#core/signing/signed-url';
import { encodeObjectPath, type ObjectKey, parseObjectKey } from '#core/tenancy/object-key';
import { isUnambiguousPath } from '#core/tenancy/path-hygiene';
import { BASE_URL, generateTestKey, NOW } from '#test/unit/core/signing-fixture';
import { hostileText } from './hostile-texts';
import { propertyRuns } from './property-runs';

const KEY = generateTestKey('p256', 'K1');

/** Generates accepted object keys from texts that are mostly not accepted. */
function objectKey(): fc.Arbitrary<ObjectKey> {
  const segment = fc.oneof(hostileText(), fc.string({ unit: 'grapheme', minLength: 1 }));
  return fc
    .array(segment, { minLength: 1, maxLength: 4 })
    .map((segments) => `t/acme/${segments.join('/')}`.normalize('NFC'))
    .filter((key) => {
      try {
        return parseObjectKey(key) === key;
      } catch {
        return false;
      }
    }) as fc.Arbitrary<ObjectKey>;
}

describe('C-20: the key that is checked is the key that is signed', () => {
  it('the path decodes to the key, once, and encoding it again changes nothing', () => {
    fc.assert(
      fc.property(objectKey(), (key) => {
        const path = encodeObjectPath(key);
        const decoded = decodeURIComponent(path);

        expect(decoded).toBe(`/${key}`);
        expect(encodeObjectPath(parseObjectKey(decoded.slice(1)))).toBe(path);
        expect(path).toMatch(/^(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+$/);
      }),
      propertyRuns(2),
    );
  });

  it('C-21: the viewer guard lets it pass, and URL parsers leave it as it is', () => {
    fc.assert(
      fc.property(objectKey(), (key) => {
        const path = encodeObjectPath(key);

        expect(isUnambiguousPath(path)).toBe(true);
        expect(new URL(`${BASE_URL}${path}`).pathname).toBe(path);
      }),
      propertyRuns(2),
    );
  });

  it('the Resource is the URL without the signing parameters', async () => {
    const query = fc.dictionary(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string({ unit: 'grapheme' }),
      { maxKeys: 3 },
    );
    await fc.assert(
      fc.asyncProperty(objectKey(), query, async (key, parameters) => {
        const grant = { contentBaseUrl: BASE_URL, lifetimeSeconds: 900, now: NOW };
        const signed = await signUrl({
          ...grant,
          objectKey: key,
          query: parameters,
          signer: KEY.signer,
        });
        const url = signed.signedUrl.reveal();
        const at = url.lastIndexOf('Policy=');
        const policy = decodeCloudFrontBase64(new URL(url).searchParams.get('Policy') ?? '');
        const { Statement } = JSON.parse(new TextDecoder().decode(policy)) as {
          Statement: [{ Resource: string }];
        };

        expect(Statement[0].Resource).toBe(url.slice(0, at - 1));
        expect(Object.fromEntries(new URL(Statement[0].Resource).searchParams)).toEqual(
          Object.fromEntries(Object.entries(parameters)),
        );
      }),
      propertyRuns(0.3),
    );
  });
});
