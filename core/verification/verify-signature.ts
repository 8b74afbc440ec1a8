import { constants, verify } from 'node:crypto';
import { AssumptionError } from '../errors';
import type { TrustedPublicKey } from './trusted-key';

/** The hashes that CloudFront accepts, as the marker spells them. We sign with the second only. */
export type HashAlgorithm = 'SHA1' | 'SHA256';

/** What is said to be signed, and by what. */
export interface SignatureInput {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly key: TrustedPublicKey;
  readonly hashAlgorithm: HashAlgorithm;
}

/**
 * Whether a signature fits: RSA PKCS#1 v1.5, or ECDSA in ASN.1 DER (C-10).
 *
 * @see DG:private-content-linux-openssl
 * @throws {AssumptionError} when the platform's OpenSSL refuses the hash, as FIPS builds do with SHA-1
 */
export function verifySignature({
  message,
  signature,
  key,
  hashAlgorithm,
}: SignatureInput): boolean {
  const options = {
    key: key.keyObject,
    padding: constants.RSA_PKCS1_PADDING,
    dsaEncoding: 'der',
  } as const;
  try {
    return verify(hashAlgorithm.toLowerCase(), message, options, signature);
  } catch (error) {
    throw new AssumptionError(
      `OpenSSL of this platform cannot verify ${hashAlgorithm} signatures (a FIPS build refuses SHA-1)`,
      { cause: error },
    );
  }
}
