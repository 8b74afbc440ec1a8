import { constants, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { InputError } from '../errors';
import type { Secret } from '../secret';
import type { KeyPairId, Signer } from './signer';

/** Input of an in-memory signer. */
export interface InMemorySignerInput {
  readonly keyPairId: KeyPairId;
  /** An RSA-2048 or P-256 private key as unencrypted PEM. */
  readonly signingKey: Secret;
}

function isSigningKey(key: KeyObject): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'rsa') return details?.modulusLength === 2048;
  return details?.namedCurve === 'prime256v1';
}

/**
 * Does not pass on the parser's own error message, because it could contain parts of the private
 * key.
 */
function parseSigningKey(signingKey: Secret): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(signingKey.reveal());
  } catch {
    key = undefined;
  }
  if (key !== undefined && isSigningKey(key)) return key;
  throw new InputError({
    code: 'ERR_SIGNING_KEY',
    field: 'signingKey',
    allowed: 'an RSA-2048 or P-256 private key as unencrypted PEM',
  });
}

/**
 * Creates a signer that keeps its private key in memory and parses it once. It is for local
 * environments, for tests, and for slots whose key is in Secrets Manager. It signs with RSA PKCS#1
 * v1.5 or with ECDSA in DER form, always with SHA-256 (C-09, C-10).
 *
 * @see DG:private-content-trusted-signers
 * @throws {InputError} `ERR_SIGNING_KEY`; the message contains nothing of the key
 */
export function createInMemorySigner({ keyPairId, signingKey }: InMemorySignerInput): Signer {
  const key = parseSigningKey(signingKey);
  const options = { key, padding: constants.RSA_PKCS1_PADDING, dsaEncoding: 'der' } as const;
  return {
    sign: (message) =>
      Promise.resolve({
        signature: sign('sha256', message, options),
        keyPairId,
        hashAlgorithm: 'SHA256',
      }),
  };
}
