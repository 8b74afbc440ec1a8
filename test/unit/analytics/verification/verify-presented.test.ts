import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { QueryEngine } from '#analytics/engines/engine';
import { parsePublicKeys, verifyPresented } from '#analytics/verification/verify-presented';
import { encodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';

const TIMES = { from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' };
const URL = 'https://media.example.com/t/acme/a.png';
const DIGEST = 'AB'.repeat(32);
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ECDSA = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const CUSTOM = `{"Statement":[{"Resource":"https://media.example.com/t/*","Condition":{"DateLessThan":{"AWS:EpochTime":1000}}}]}`;
const CANNED = `{"Statement":[{"Resource":"${URL}","Condition":{"DateLessThan":{"AWS:EpochTime":1000}}}]}`;

function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

const KEYS = { K1: pem(RSA.publicKey), K2: pem(ECDSA.publicKey) };

interface Row {
  readonly url?: string;
  readonly key?: string;
  readonly policy?: string | null;
  readonly expires?: string | null;
  readonly signature: string | null;
  readonly hash?: string;
}

function signed(text: string, key: KeyObject, hash = 'sha256'): string {
  return encodeCloudFrontBase64(sign(hash, Buffer.from(text), key));
}

async function verdictOf({
  url = URL,
  key = 'K1',
  policy = encodeCloudFrontBase64(Buffer.from(CUSTOM)),
  expires = null,
  signature,
  hash = 'SHA256',
}: Row): Promise<boolean | undefined> {
  const rows = [[DIGEST, url, key, policy, expires, signature, hash]];
  const engine: QueryEngine = {
    run: () => Promise.resolve({ columns: [], rows }),
    close: () => Promise.resolve(),
  };
  const [verdict] = await verifyPresented(engine, KEYS, TIMES);
  return verdict?.isValid;
}

describe('signatures in evidence, verified offline', () => {
  it.each<[string, Row, boolean]>([
    ['RSA, SHA-256', { signature: signed(CUSTOM, RSA.privateKey) }, true],
    ['RSA, SHA-1', { signature: signed(CUSTOM, RSA.privateKey, 'sha1'), hash: 'SHA1' }, true],
    ['ECDSA, SHA-256', { key: 'K2', signature: signed(CUSTOM, ECDSA.privateKey) }, true],
    [
      'ECDSA, SHA-1',
      { key: 'K2', signature: signed(CUSTOM, ECDSA.privateKey, 'sha1'), hash: 'SHA1' },
      true,
    ],
    [
      'a canned policy',
      { policy: null, expires: '1000', signature: signed(CANNED, RSA.privateKey) },
      true,
    ],
    [
      'SHA-256 without its marker',
      { signature: signed(CUSTOM, RSA.privateKey), hash: 'SHA1' },
      false,
    ],
    ['another key', { key: 'K2', signature: signed(CUSTOM, RSA.privateKey) }, false],
    ['another policy', { signature: signed(CANNED, RSA.privateKey) }, false],
    [
      'a canned policy at another URL',
      { url: `${URL}x`, policy: null, expires: '1000', signature: signed(CANNED, RSA.privateKey) },
      false,
    ],
    [
      'a canned policy with another expiry',
      { policy: null, expires: '1001', signature: signed(CANNED, RSA.privateKey) },
      false,
    ],
    ['noise', { signature: 'AAAA' }, false],
  ])('%s', async (_title, row, expected) => {
    expect(await verdictOf(row)).toBe(expected);
  });

  it.each<[string, Row]>([
    ['a key that was not given', { key: 'K9', signature: 'AAAA' }],
    ['a signature that is not base64', { signature: '%%%' }],
    ['a policy that is not base64', { policy: '%%%', signature: 'AAAA' }],
    ['an unknown hash', { signature: 'AAAA', hash: 'MD5' }],
    ['a URL that is none', { url: 'javascript:alert(1)', signature: 'AAAA' }],
    ['no signature', { signature: null }],
    ['an expiry in milliseconds', { policy: null, expires: '1795344000000', signature: 'AAAA' }],
    ['a policy with two readings', { expires: '1000', signature: signed(CUSTOM, RSA.privateKey) }],
    [
      'a genuine grant inside the key id of a forged one',
      {
        key: `K1;CloudFront-Policy=${encodeCloudFrontBase64(Buffer.from(CUSTOM))};CloudFront-Signature=${signed(CUSTOM, RSA.privateKey)}`,
        policy: encodeCloudFrontBase64(Buffer.from(CUSTOM.replace('/t/', '/t/innocent/'))),
        signature: 'AAAA',
      },
    ],
  ])('says nothing about %s', async (_title, row) => {
    expect(await verdictOf(row)).toBeUndefined();
  });

  it.each([
    ['a private key', RSA.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['a short key', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)],
    ['no key', 'secret text'],
  ])('refuses %s by name and does not repeat it', (_title, text) => {
    expect(() => parsePublicKeys({ K7: text })).toThrow(/^publicKeys\.K7: /);
    expect(() => parsePublicKeys({ K7: text })).not.toThrow(text.slice(30, 60) || 'secret');
  });
});
