import { createPublicKey, type KeyObject } from 'node:crypto';
import { InputError } from '../errors';
import type { KeyPairId } from '../signing/signer';

/** A public key that a key group trusts, already parsed. */
export interface TrustedPublicKey {
  readonly keyObject: KeyObject;
  /** `RSA` means PKCS#1 v1.5. `ECDSA` means the curve P-256 with signatures in DER form. */
  readonly algorithm: 'RSA' | 'ECDSA';
  readonly bits: number;
}

/** The public keys of all key groups that a behavior trusts, by key pair id. */
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

/** Returns whether CloudFront accepts a key of this type and size: RSA-2048 or P-256. */
export function isCloudFrontKeySize({ algorithm, bits }: TrustedPublicKey): boolean {
  return algorithm === 'ECDSA' || bits === 2048;
}

/**
 * Parses a public key in the form that CloudFront stores: PEM of a SubjectPublicKeyInfo with an
 * RSA-2048 or P-256 key. A private key or a certificate is refused, although Node.js could read a
 * public key from it.
 *
 * @see DG:private-content-trusted-signers
 * @param options `allowTestKeySizes` also accepts RSA keys of other sizes up to 4,096 bits
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
  // The error does not show the text, because it could be a private key that was pasted by mistake.
  throw new InputError({
    code: 'ERR_PUBLIC_KEY',
    field: 'publicKey',
    allowed: `-----BEGIN PUBLIC KEY----- of ${allowTestKeySizes ? `an RSA key of at most ${TEST_RSA_BITS_MAX} bits` : 'RSA-2048'} or P-256`,
    ...(key === undefined ? {} : { received: `${key.algorithm} with ${key.bits} bits` }),
  });
}
