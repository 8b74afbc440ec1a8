import { FINGERPRINT_CHARACTERS } from './fingerprint';

/**
 * Members of the record that a function writes for every issued grant, each with its
 * meaning. The columns of the table `issued_grants` have the same names.
 */
export const ISSUED_GRANT_MEMBERS = {
  time: 'time of issuance, RFC 3339',
  requestId: 'id of the request that was answered with the grant',
  userHash: 'hash of token issuer and subject: the person',
  actorHash: 'hash of who acted for the person, if anybody did',
  tenant: 'tenant of the scope',
  scope: 'path that the grant opens',
  keyPairId: 'id of the public key that verifies it',
  startsAt: 'first second after which it is valid, RFC 3339',
  expiresAt: 'second at which it ends, RFC 3339',
  fingerprint: `first ${FINGERPRINT_CHARACTERS} characters of its signature: joins it with the access log`,
} as const;

/** Name of one member of the record. */
export type IssuedGrantMember = keyof typeof ISSUED_GRANT_MEMBERS;

/**
 * The record of one issued grant. It shows who received access to which path, but it does not
 * contain the signature, so nobody can open content with it. `actorHash` is present only if
 * somebody acted for the person, for example a support engineer (J-08).
 */
export type IssuedGrantRecord = Readonly<Record<Exclude<IssuedGrantMember, 'actorHash'>, string>> &
  Readonly<Partial<Record<'actorHash', string>>>;
