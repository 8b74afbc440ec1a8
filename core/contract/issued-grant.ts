import { FINGERPRINT_CHARACTERS } from './fingerprint';

/**
 * Members of the record that the session function writes for every grant, with what each one means. Columns of
 * `issued_grants` are named after them.
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

/** Name of one member. */
export type IssuedGrantMember = keyof typeof ISSUED_GRANT_MEMBERS;

/**
 * The record of one issued grant: enough to say who opened what, too little to open anything. `actorHash` is
 * there only when somebody acted for the person (J-08).
 */
export type IssuedGrantRecord = Readonly<Record<Exclude<IssuedGrantMember, 'actorHash'>, string>> &
  Readonly<Partial<Record<'actorHash', string>>>;
