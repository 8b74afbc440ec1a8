import { epochSeconds } from '#core/clock';
import { decodeCloudFrontBase64, encodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { parseKeyPairId } from '#core/signing/signer';
import { parseTrustedPublicKey } from '#core/verification/trusted-key';
import {
  DEFAULT_SWITCHES,
  type Verdict,
  type VerificationSwitches,
  verifyViewerRequest,
} from '#core/verification/verify-viewer-request';
import type { ViewerRequestVector, ViewerRequestVectors } from './vector-file';
import vectors from './viewer-requests.json';

const { publicKeys, tests, numberOfTests } = vectors as ViewerRequestVectors;
const trustedKeys = new Map(
  Object.entries(publicKeys).map(([id, pem]) => [
    parseKeyPairId(id),
    parseTrustedPublicKey(pem, { allowTestKeySizes: true }),
  ]),
);

function verify(
  { url, cookie, clientIp, now }: ViewerRequestVector,
  switches: Partial<VerificationSwitches> = {},
): Verdict {
  return verifyViewerRequest(
    { url, method: 'GET', headers: { cookie }, clientIp },
    { now: epochSeconds(now), trustedKeys, switches: { ...DEFAULT_SWITCHES, ...switches } },
  );
}

const valid = tests.filter(({ result }) => result === 'valid');
const invalid = tests.filter(({ result }) => result === 'invalid');
const title = '$tcId $source: $comment';

describe('signatures made by other tools', () => {
  it('M-01: come from each tool, and are mostly hostile', () => {
    expect(tests).toHaveLength(numberOfTests);
    expect(invalid.length).toBeGreaterThan(valid.length);
    expect(new Set(tests.map(({ source }) => source.split(/[ /]/)[0]))).toContain('OpenSSL');
  });

  it.each(valid)(`M-01: accepts ${title}`, (vector) => {
    expect(verify(vector)).toMatchObject({ allowed: true });
  });

  it.each(invalid)(`M-01: refuses ${title}`, (vector) => {
    const verdict = verify(vector);

    expect(verdict).toMatchObject({ allowed: false, status: 403, code: vector.code });
    expect(verdict.allowed ? [] : [...verdict.reasons].sort()).toEqual(
      [...(vector.reasons ?? [])].sort(),
    );
  });

  it.each(valid.filter(({ flags }) => flags.includes('Sha1')))(
    `C-09: strictSha256 refuses ${title}`,
    (vector) => {
      expect(verify(vector, { strictSha256: true })).toMatchObject({
        code: 'AccessDenied',
        reasons: ['sha1_refused'],
      });
    },
  );

  it.each(valid.filter(({ flags }) => flags.includes('Sha256')))(
    `C-09: strictSha256 accepts ${title}`,
    (vector) => {
      expect(verify(vector, { strictSha256: true })).toMatchObject({ allowed: true });
    },
  );

  it('allowTestKeySizes accepts RSA-4096', () => {
    const vector = tests.find(({ reasons }) => reasons?.includes('unsupported_key'));

    expect(vector && verify(vector, { allowTestKeySizes: true })).toMatchObject({ allowed: true });
  });
});

/** Returns every text that differs from this one in one bit of one character. */
function oneBitFlips(text: string): string[] {
  return Array.from(text).flatMap((character, index) =>
    [1, 1 << (1 + (index % 6))].map(
      (bit) =>
        text.slice(0, index) +
        String.fromCharCode(character.charCodeAt(0) ^ bit) +
        text.slice(index + 1),
    ),
  );
}

/**
 * Returns the same for the bytes inside CloudFront's base64. The characters stay valid, so only the
 * signature check can notice the change.
 */
function oneBitFlipsUnderBase64(text: string): string[] {
  const bytes = decodeCloudFrontBase64(text) ?? new Uint8Array();
  return [...bytes].map((byte, index) => {
    const flipped = Uint8Array.from(bytes);
    flipped[index] = byte ^ (1 << (index % 8));
    return encodeCloudFrontBase64(flipped);
  });
}

type Flip = (text: string) => string[];

/** Changes the part that a pattern captures, at every place in the URL and in the cookies. */
function flipsOf(vector: ViewerRequestVector, pattern: RegExp, flip: Flip): ViewerRequestVector[] {
  return (['url', 'cookie'] as const).flatMap((place) => {
    const match = pattern.exec(vector[place]);
    const captured = match?.groups?.['value'];
    if (match === null || captured === undefined) return [];
    const at = vector[place].indexOf(captured, match.index);
    return flip(captured).map((flipped) => ({
      ...vector,
      [place]: vector[place].slice(0, at) + flipped + vector[place].slice(at + captured.length),
    }));
  });
}

function allowedFlips(vector: ViewerRequestVector, pattern: RegExp, flip: Flip = oneBitFlips) {
  return flipsOf(vector, pattern, flip)
    .filter((flipped) => verify(flipped).allowed)
    .map(({ url, cookie }) => ({ url, cookie }));
}

/**
 * Vectors whose policy names one host and one tenant, so every change of the URL leaves the
 * Resource.
 */
function namesHostAndTenant({ url, cookie, flags }: ViewerRequestVector): boolean {
  if (flags.includes('RawPath') || flags.includes('Canned')) return true;
  const encoded = /Policy=(?<policy>[^;&]+)/.exec(url + cookie)?.groups?.['policy'] ?? '';
  const policy = new TextDecoder().decode(decodeCloudFrontBase64(encoded));
  return /\/\/(?:media\.example\.com|localhost:4680)\/t\/acme\//.test(policy);
}

describe('M-01: one flipped bit is refused', () => {
  it.each(valid)(`in the policy of ${title}`, (vector) => {
    expect(allowedFlips(vector, /Policy=(?<value>[^;&]+)/)).toEqual([]);
    expect(allowedFlips(vector, /Policy=(?<value>[^;&]+)/, oneBitFlipsUnderBase64)).toEqual([]);
  });

  it.each(valid)(`in the expiry of ${title}`, (vector) => {
    expect(allowedFlips(vector, /Expires=(?<value>[^;&]+)/)).toEqual([]);
  });

  it.each(valid)(`in the signature of ${title}`, (vector) => {
    expect(allowedFlips(vector, /Signature=(?<value>[^;&]+)/)).toEqual([]);
    expect(allowedFlips(vector, /Signature=(?<value>[^;&]+)/, oneBitFlipsUnderBase64)).toEqual([]);
  });

  it.each(valid)(`in the key pair id of ${title}`, (vector) => {
    expect(allowedFlips(vector, /Key-Pair-Id=(?<value>[^;&]+)/)).toEqual([]);
  });

  it.each(valid)(`in the hash algorithm of ${title}`, (vector) => {
    const other: Flip = (marker) => [marker === 'SHA1' ? 'SHA256' : 'SHA1', ...oneBitFlips(marker)];

    expect(allowedFlips(vector, /Hash-Algorithm=(?<value>[^;&]+)/, other)).toEqual([]);
  });

  it.each(valid.filter(namesHostAndTenant))(`in scheme, host or path of ${title}`, (vector) => {
    const swapped: Flip = (scheme) => [
      scheme === 'http' ? 'https' : 'http',
      ...oneBitFlips(scheme),
    ];

    expect(allowedFlips(vector, /^(?<value>https?):/, swapped)).toEqual([]);
    expect(allowedFlips(vector, /^https?:\/\/(?<value>[^/]+)/)).toEqual([]);
    expect(allowedFlips(vector, /^https?:\/\/[^/]+(?<value>\/t\/acme)\//)).toEqual([]);
  });
});
