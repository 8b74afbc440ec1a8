import { type CryptoKey, importJWK } from 'jose';
import { RSA_EXPONENT, selectUsableJwks, type UsableJwk } from './usable-jwks';

/** The usable keys of a key set by `kid`, and the kids that occur more than once (J-02). */
export interface KeySet {
  readonly keys: ReadonlyMap<string, CryptoKey>;
  readonly duplicateKids: ReadonlySet<string>;
}

/** Members are copied one by one: nothing else of a stranger's document reaches the importer. */
async function importUsable({
  kid,
  n,
}: UsableJwk): Promise<readonly [string, CryptoKey] | undefined> {
  try {
    const key = await importJWK({ kty: 'RSA', n, e: RSA_EXPONENT, alg: 'RS256' });
    return key instanceof Uint8Array ? undefined : [kid, key];
  } catch {
    return undefined;
  }
}

/**
 * Parses a JWKS document. Keys that cannot verify RS256 are left out. A document that is not a key
 * set or has more than 20 keys (J-13) is an error.
 *
 * @throws {InputError} ERR_JWKS
 * @see RFC 7517 section 5
 */
export async function parseJwks(document: unknown): Promise<KeySet> {
  const { usable, duplicateKids } = selectUsableJwks(document);
  const imported = await Promise.all(usable.map(importUsable));
  return { keys: new Map(imported.filter((entry) => entry !== undefined)), duplicateKids };
}
