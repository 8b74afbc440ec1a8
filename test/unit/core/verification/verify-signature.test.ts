import { constants, createPrivateKey, sign } from 'node:crypto';
import { AssumptionError } from '#core/errors';
import type { TrustedPublicKey } from '#core/verification/trusted-key';
import { type HashAlgorithm, verifySignature } from '#core/verification/verify-signature';
import { generateTestKey, type TestKey } from '../signing-fixture';
import { thrownBy } from '../thrown-by';

const MESSAGE = new TextEncoder().encode('{"Statement":[]}');
const RSA = generateTestKey('rsa', 'K1');
const P_256 = generateTestKey('p256', 'K2');

function signature(key: TestKey, hash: string, options: object = {}): Uint8Array {
  return sign(hash, MESSAGE, { key: createPrivateKey(key.privatePem), ...options });
}

function verifies(key: TrustedPublicKey, made: Uint8Array, hashAlgorithm: HashAlgorithm): boolean {
  return verifySignature({ message: MESSAGE, signature: made, key, hashAlgorithm });
}

describe.each([
  ['RSA', RSA],
  ['ECDSA', P_256],
])('verifySignature with %s', (_, key) => {
  it.each(['SHA1', 'SHA256'] as const)('accepts %s', (hash) => {
    expect(verifies(key.trusted, signature(key, hash), hash)).toBe(true);
  });

  it('C-09: takes neither hash for the other', () => {
    expect(verifies(key.trusted, signature(key, 'SHA1'), 'SHA256')).toBe(false);
    expect(verifies(key.trusted, signature(key, 'SHA256'), 'SHA1')).toBe(false);
  });

  it.each(['SHA384', 'SHA512', 'SHA224'])('C-09: does not take %s', (hash) => {
    expect(verifies(key.trusted, signature(key, hash), 'SHA256')).toBe(false);
  });

  it('M-01: refuses another message, another key and any other length', () => {
    const made = signature(key, 'SHA256');
    const other = generateTestKey(key === RSA ? 'rsa' : 'p256', 'K3');

    expect(verifies(other.trusted, made, 'SHA256')).toBe(false);
    expect(
      verifySignature({
        message: MESSAGE.slice(1),
        signature: made,
        key: key.trusted,
        hashAlgorithm: 'SHA256',
      }),
    ).toBe(false);
    for (const wrong of [
      new Uint8Array(),
      made.slice(1),
      made.slice(0, -1),
      Uint8Array.from([...made, 0]),
      Uint8Array.from([0, ...made]),
      new Uint8Array(10_000),
    ]) {
      expect(verifies(key.trusted, wrong, 'SHA256')).toBe(false);
    }
  });
});

describe('verifySignature', () => {
  it('C-10: refuses raw r and s', () => {
    const raw = signature(P_256, 'SHA256', { dsaEncoding: 'ieee-p1363' });

    expect(verifies(P_256.trusted, raw, 'SHA256')).toBe(false);
  });

  it('C-10: refuses DER with a longer length, as lax readers accept', () => {
    const [tag = 0, length = 0, ...rest] = signature(P_256, 'SHA256');

    expect(verifies(P_256.trusted, Uint8Array.from([tag, 0x81, length, ...rest]), 'SHA256')).toBe(
      false,
    );
  });

  it('C-10: refuses r = s = 0', () => {
    const zero = Uint8Array.from([0x30, 6, 2, 1, 0, 2, 1, 0]);

    expect(verifies(P_256.trusted, zero, 'SHA256')).toBe(false);
  });

  it('refuses RSA-PSS', () => {
    const pss = signature(RSA, 'SHA256', { padding: constants.RSA_PKCS1_PSS_PADDING });

    expect(verifies(RSA.trusted, pss, 'SHA256')).toBe(false);
  });

  it('says so when the platform lacks the hash', () => {
    const error = thrownBy(() =>
      verifies(RSA.trusted, new Uint8Array(256), 'SHA0' as HashAlgorithm),
    );

    expect(error).toBeInstanceOf(AssumptionError);
    expect(error).toMatchObject({
      message:
        'OpenSSL of this platform cannot verify SHA0 signatures (a FIPS build refuses SHA-1)',
      cause: { message: expect.stringContaining('digest') as string },
    });
  });
});
