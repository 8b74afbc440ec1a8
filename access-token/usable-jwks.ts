import { InputError } from '#core/errors';

const JWKS_KEYS_MAX = 20;
const MODULUS = /^[A-Za-z0-9_-]{342,683}$/; // 2048 to 4096 bits
const MODULUS_BITS_MIN = 2048;
export const RSA_EXPONENT = 'AQAB';

/** What is taken of a key in a JWKS document: its name, and its modulus in base64url. */
export interface UsableJwk {
  readonly kid: string;
  readonly n: string;
}

/** The keys of a JWKS document that can verify a token, and the kids that occur twice (J-02). */
export interface UsableJwks {
  readonly usable: readonly UsableJwk[];
  readonly duplicateKids: ReadonlySet<string>;
}

function refuseJwks(allowed: string, received: unknown): never {
  throw new InputError({ code: 'ERR_JWKS', field: 'jwks', allowed, received });
}

/**
 * Bits without leading zeros: importers take those, and a short modulus would fail when first
 * used.
 */
function countBits(modulus: string): number {
  const bytes = Buffer.from(modulus, 'base64url');
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (bytes.length - first) * 8 - (Math.clz32(bytes[first] ?? 0) - 24);
}

/**
 * J-01: only RSA signature keys for RS256 are let in. A key that was published with its private
 * half proves nothing, so it is dropped as well.
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
  if (typeof kid !== 'string' || typeof n !== 'string' || !MODULUS.test(n)) return undefined;
  return countBits(n) < MODULUS_BITS_MIN ? undefined : { kid, n };
}

/**
 * Chooses the keys of a JWKS document that can verify RS256, each `kid` once. A document that is
 * not a
 * key set, or holds more than 20 keys (J-13), is an error.
 *
 * @throws {InputError} ERR_JWKS
 * @see RFC 7517 section 5
 */
export function selectUsableJwks(document: unknown): UsableJwks {
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
  return { usable: usable.filter(({ kid }) => !duplicateKids.has(kid)), duplicateKids };
}
