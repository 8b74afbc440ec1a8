import { KEY_PAIR_ID, KEY_PAIR_ID_CHARACTERS_MAX } from '../contract/identifiers';
import { InputError } from '../errors';

/**
 * The id of a CloudFront public key, as it is sent in `CloudFront-Key-Pair-Id`, for example
 * `K2JCJMDEHXQW5F`.
 */
export type KeyPairId = string & { readonly brand: 'KeyPairId' };

/** Returns whether a text has the form of a public key id. */
export function isKeyPairId(text: string): text is KeyPairId {
  return KEY_PAIR_ID.test(text);
}

/**
 * Checks that a text has the form of a public key id. All its characters may stand in a cookie
 * value and in a query value, so an id never has to be escaped.
 *
 * @throws {InputError} `ERR_KEY_PAIR_ID`
 */
export function parseKeyPairId(text: string): KeyPairId {
  if (isKeyPairId(text)) return text;
  throw new InputError({
    code: 'ERR_KEY_PAIR_ID',
    field: 'keyPairId',
    allowed: `1 to ${KEY_PAIR_ID_CHARACTERS_MAX} characters of A-Z a-z 0-9 _ -`,
    received: text,
  });
}

/** The signature of one policy, and what a verifier must know about it. */
export interface PolicySignature {
  /** The signature in RSA PKCS#1 v1.5 or in ECDSA as ASN.1 DER (C-10). */
  readonly signature: Uint8Array;
  readonly keyPairId: KeyPairId;
  /** This project signs with SHA-256 only (C-09). */
  readonly hashAlgorithm: 'SHA256';
}

/**
 * Something that signs: with a key in memory, in KMS or in Secrets Manager (K-02, K-09). An
 * implementation signs whatever it receives; the caller checks the content first.
 */
export interface Signer {
  /** Signs exactly these bytes. */
  sign(message: Uint8Array): Promise<PolicySignature>;
}
