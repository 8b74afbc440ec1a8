import { constants, verify } from 'node:crypto';
import { AssumptionError } from '../errors';
import type { TrustedPublicKey } from './trusted-key';

/**
 * The hash algorithms that CloudFront accepts, as a request names them. This project signs with
 * SHA-256 only.
 */
export type HashAlgorithm = 'SHA1' | 'SHA256';

/** The message and the signature, and the key and hash algorithm to verify it with. */
export interface SignatureInput {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly key: TrustedPublicKey;
  readonly hashAlgorithm: HashAlgorithm;
}

/**
 * Returns whether a signature is correct. It is RSA PKCS#1 v1.5, or ECDSA in ASN.1 DER form (C-10).
 *
 * @see DG:private-content-linux-openssl
 * @throws {AssumptionError} when the platform's OpenSSL does not allow the hash algorithm; FIPS
 * builds do not allow SHA-1
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
