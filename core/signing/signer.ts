import { KEY_PAIR_ID, KEY_PAIR_ID_CHARACTERS_MAX } from '../contract/identifiers';
import { InputError } from '../errors';

/** The id of a CloudFront public key, as sent in `CloudFront-Key-Pair-Id` (`K2JCJMDEHXQW5F`). */
export type KeyPairId = string & { readonly brand: 'KeyPairId' };

/** Whether a text can be the id of a public key. */
export function isKeyPairId(text: string): text is KeyPairId {
  return KEY_PAIR_ID.test(text);
}

/**
 * Parses the id of a public key. The alphabet is that of a cookie value and of a query value, so an id
 * never needs escaping.
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

/** A signature over one policy, with what a verifier must know about it. */
export interface PolicySignature {
  /** RSA PKCS#1 v1.5, or ECDSA as ASN.1 DER (C-10). */
  readonly signature: Uint8Array;
  readonly keyPairId: KeyPairId;
  /** We sign with SHA-256 only (C-09). */
  readonly hashAlgorithm: 'SHA256';
}

/** Where signatures come from: memory, KMS, Secrets Manager (K-02, K-09). Implementations check nothing. */
export interface Signer {
  /** Signs exactly these bytes. */
  sign(message: Uint8Array): Promise<PolicySignature>;
}
