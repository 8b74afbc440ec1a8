import { createHash } from 'node:crypto';
import { InputError } from './errors';
import { parseTenantId, type TenantId } from './tenancy/tenant-id';
import { isUserHash, parseUserHash, type UserHash } from './tenancy/user-hash';

export { isUserHash, parseUserHash, type UserHash } from './tenancy/user-hash';

const HASH_BYTES = 16;

/**
 * Encodes a text as a netstring, which starts with its own length. So two different lists of texts
 * can never have the same encoding.
 */
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
 * Computes the name of a person in paths and logs: the first 128 bits of a SHA-256 hash, as 22
 * base64url characters. The hash is over three netstrings `<bytes>:<text>,` in UTF-8:
 * `edgepass-user`, the token's issuer and the token's subject. Test vectors are in
 * test/vectors/user-hash.json.
 *
 * @throws {InputError} `ERR_SUBJECT` if the issuer or the subject is empty or not well-formed
 * Unicode
 */
export function userHash(tokenIssuer: string, subject: string): UserHash {
  return hash('edgepass-user', tokenIssuer, subject);
}

const PERSONAL_PREFIX = 'personal-';

/**
 * Computes the tenant id of a person who belongs to no organisation: `personal-` and a hash as in
 * {@link userHash}. The first netstring is `edgepass-personal-tenant`, so the tenant id, which is
 * part of paths, does not reveal the user hash.
 *
 * @throws {InputError} `ERR_SUBJECT` if the issuer or the subject is empty or not well-formed
 * Unicode
 */
export function personalTenantId(tokenIssuer: string, subject: string): TenantId {
  return parseTenantId(
    `${PERSONAL_PREFIX}${hash('edgepass-personal-tenant', tokenIssuer, subject)}`,
  );
}

/**
 * Returns whether a tenant id has the form of a personal tenant. Everybody who sees a link can read
 * such an id, so a token claim or the configuration must not be able to name it. Only {@link
 * personalTenantId} may produce it, from the token's issuer and subject.
 */
export function isPersonalTenantId(tenant: string): boolean {
  return tenant.startsWith(PERSONAL_PREFIX) && isUserHash(tenant.slice(PERSONAL_PREFIX.length));
}
