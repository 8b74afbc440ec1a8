import { createHash } from 'node:crypto';
import { InputError } from './errors';
import { parseTenantId, type TenantId } from './tenancy/tenant-id';
import { isUserHash, parseUserHash, type UserHash } from './tenancy/user-hash';

export { isUserHash, parseUserHash, type UserHash } from './tenancy/user-hash';

const HASH_BYTES = 16;

/** A netstring carries its own length, so no two lists of texts have the same encoding. */
function netstring(field: string, text: string): string {
  if (text === '' || /\p{Surrogate}/u.test(text)) {
    throw new InputError({
      code: 'ERR_SUBJECT',
      field,
      allowed: 'a non-empty text of well-formed Unicode',
    });
  }
  return `${Buffer.byteLength(text, 'utf8')}:${text},`;
}

function hash(label: string, tokenIssuer: string, subject: string): UserHash {
  const encoded =
    netstring('label', label) +
    netstring('tokenIssuer', tokenIssuer) +
    netstring('subject', subject);
  const digest = createHash('sha256').update(encoded, 'utf8').digest();
  return parseUserHash(digest.subarray(0, HASH_BYTES).toString('base64url'));
}

/**
 * The name of a person in paths and logs: the first 128 bits of SHA-256, as 22 characters of base64url, over
 * three netstrings `<bytes>:<text>,`, one each for `edgepass-user`, the token's issuer and its subject, in
 * UTF-8. Vectors: test/vectors/user-hash.json.
 *
 * @throws {InputError} `ERR_SUBJECT` for an empty or ill-formed issuer or subject
 */
export function userHash(tokenIssuer: string, subject: string): UserHash {
  return hash('edgepass-user', tokenIssuer, subject);
}

const PERSONAL_PREFIX = 'personal-';

/**
 * The tenant of a person who belongs to no organisation: `personal-` and a hash as in {@link userHash}, with
 * `edgepass-personal-tenant` as the first netstring, so that a path never tells the user hash.
 *
 * @throws {InputError} `ERR_SUBJECT` for an empty or ill-formed issuer or subject
 */
export function personalTenantId(tokenIssuer: string, subject: string): TenantId {
  return parseTenantId(
    `${PERSONAL_PREFIX}${hash('edgepass-personal-tenant', tokenIssuer, subject)}`,
  );
}

/**
 * Whether a tenant has the form of a personal one. Paths tell it to everybody who sees a link, so no claim
 * and no configuration may name it: only the issuer and subject that it is derived from give it.
 */
export function isPersonalTenantId(tenant: string): boolean {
  return tenant.startsWith(PERSONAL_PREFIX) && isUserHash(tenant.slice(PERSONAL_PREFIX.length));
}
