import { type CryptoKey, importJWK } from 'jose';
import { InputError } from '#core/errors';

const JWKS_KEYS_MAX = 20;
const MODULUS = /^[A-Za-z0-9_-]{342,683}$/; // 2048 to 4096 bits
const MODULUS_BITS_MIN = 2048;
const RSA_EXPONENT = 'AQAB';

/** The usable keys of a key set by `kid`, and the kids that occur more than once (J-02). */
export interface KeySet {
  readonly keys: ReadonlyMap<string, CryptoKey>;
  readonly duplicateKids: ReadonlySet<string>;
}

interface UsableJwk {
  readonly kid: string;
  readonly n: string;
}

function refuseJwks(allowed: string, received: unknown): never {
  throw new InputError({ code: 'ERR_JWKS', field: 'jwks', allowed, received });
}

/**
 * Returns a key only if it is an RSA key for RS256 signatures (J-01). A key that was published
 * together with its private half is refused too, because anybody can sign with it.
 */
function toUsableJwk(jwk: unknown): UsableJwk | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined;
  const { kty, use, alg, kid, n, e, d, key_ops: operations } = jwk as Record<string, unknown>;
  if (kty !== 'RSA' || d !== undefined || e !== RSA_EXPONENT) return undefined;
  if (use !== undefined && use !== 'sig') return undefined;
  if (alg !== undefined && alg !== 'RS256') return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return undefined;
  }
  const isUsable = typeof kid === 'string' && typeof n === 'string' && MODULUS.test(n);
  return isUsable ? { kid, n } : undefined;
}

/**
 * Imports a key. Only the needed members are copied, so no other member of an external document
 * reaches the import function.
 */
async function importUsable({
  kid,
  n,
}: UsableJwk): Promise<readonly [string, CryptoKey] | undefined> {
  try {
    const key = await importJWK({ kty: 'RSA', n, e: RSA_EXPONENT, alg: 'RS256' });
    if (key instanceof Uint8Array) return undefined;
    // The import accepts a modulus with leading zeros, and a short modulus would fail only at the
    // first use. So its length is checked here.
    const { modulusLength = 0 } = key.algorithm as { readonly modulusLength?: number };
    return modulusLength < MODULUS_BITS_MIN ? undefined : [kid, key];
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
  if (typeof document !== 'object' || document === null || !('keys' in document)) {
    return refuseJwks('an object with "keys"', document);
  }
  const listed: unknown = document.keys;
  if (!Array.isArray(listed)) return refuseJwks('"keys" to be an array', listed);
  if (listed.length > JWKS_KEYS_MAX) {
    return refuseJwks(`at most ${JWKS_KEYS_MAX} keys`, listed.length);
  }
  const usable = listed.map(toUsableJwk).filter((jwk) => jwk !== undefined);
  const kids = usable.map(({ kid }) => kid);
  const duplicateKids = new Set(kids.filter((kid, index) => kids.indexOf(kid) !== index));
  const imported = await Promise.all(
    usable.filter(({ kid }) => !duplicateKids.has(kid)).map(importUsable),
  );
  return { keys: new Map(imported.filter((entry) => entry !== undefined)), duplicateKids };
}
