import { createPublicKey, type KeyObject } from 'node:crypto';
import { InputError } from '../errors';
import type { KeyPairId } from '../signing/signer';

/** A public key that a key group trusts, parsed once. */
export interface TrustedPublicKey {
  readonly keyObject: KeyObject;
  /** RSA is PKCS#1 v1.5; ECDSA is on P-256, in DER. */
  readonly algorithm: 'RSA' | 'ECDSA';
  readonly bits: number;
}

/** The keys of every key group that a behavior trusts. */
export type TrustedKeys = ReadonlyMap<KeyPairId, TrustedPublicKey>;

const PUBLIC_KEY_PEM =
  /^\s*-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]{1,2000}-----END PUBLIC KEY-----\s*$/;
const TEST_RSA_BITS_MAX = 4096;

function readKey(pem: string): TrustedPublicKey | undefined {
  let keyObject: KeyObject;
  try {
    keyObject = createPublicKey(pem.trim());
  } catch {
    return undefined;
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = keyObject;
  const bits = details?.modulusLength;
  if (type === 'rsa' && bits !== undefined) return { keyObject, algorithm: 'RSA', bits };
  if (type !== 'ec' || details?.namedCurve !== 'prime256v1') return undefined;
  return { keyObject, algorithm: 'ECDSA', bits: 256 };
}

/** Whether CloudFront would take this key: RSA-2048 or P-256. */
export function isCloudFrontKeySize({ algorithm, bits }: TrustedPublicKey): boolean {
  return algorithm === 'ECDSA' || bits === 2048;
}

/**
 * Parses a public key as CloudFront stores it: PEM of a SubjectPublicKeyInfo, RSA-2048 or P-256. A private key
 * or a certificate is refused, although Node could derive a public key from it.
 *
 * @see DG:private-content-trusted-signers
 * @param options `allowTestKeySizes` also admits RSA keys of other sizes up to 4,096 bits
 * @throws {InputError} `ERR_PUBLIC_KEY`
 */
export function parseTrustedPublicKey(
  pem: string,
  { allowTestKeySizes }: { readonly allowTestKeySizes: boolean },
): TrustedPublicKey {
  const key = PUBLIC_KEY_PEM.test(pem) ? readKey(pem) : undefined;
  if (key !== undefined) {
    const isTestKeySize = allowTestKeySizes && key.bits <= TEST_RSA_BITS_MAX;
    if (isCloudFrontKeySize(key) || isTestKeySize) return key;
  }
  // The text itself is never shown: it may be a private key that was pasted by mistake.
  throw new InputError({
    code: 'ERR_PUBLIC_KEY',
    field: 'publicKey',
    allowed: `-----BEGIN PUBLIC KEY----- of ${allowTestKeySizes ? `an RSA key of at most ${TEST_RSA_BITS_MAX} bits` : 'RSA-2048'} or P-256`,
    ...(key === undefined ? {} : { received: `${key.algorithm} with ${key.bits} bits` }),
  });
}
