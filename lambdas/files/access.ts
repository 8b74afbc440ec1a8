import type { AccessIdentity } from '#access-token/verify-access-token';
import type { FileRecord } from '#core/files/file-record';
import { accept, type Outcome, refuse } from '#core/outcome';
import { type UserHash, userHash } from '#core/user-hash';

/** Who asks for a file: only what the verified token says. */
export interface Person {
  readonly user: UserHash;
  readonly identity: AccessIdentity;
}

/** Why a person does not get a file. Only the log has it. */
export type FileRefusal = 'no-such-file' | 'other-tenant' | 'other-owner' | 'not-ready';

type Access = Outcome<FileRecord, FileRefusal>;

/** Returns the person of a verified token. */
export function personOf(identity: AccessIdentity): Person {
  return { identity, user: userHash(identity.tokenIssuer, identity.subject) };
}

/**
 * Decides whether a person may read a file (C-25): their own, a file of one of their tenants, or,
 * for readers, every file in one of their tenants.
 */
export function checkReader({ user, identity }: Person, file: FileRecord | undefined): Access {
  if (file === undefined) return refuse('no-such-file');
  if (!identity.tenants.includes(file.tenant)) return refuse('other-tenant');
  const isAllowed = file.owner === user || file.visibility === 'tenant' || identity.isReader;
  return isAllowed ? accept(file) : refuse('other-owner');
}

/** Decides whether a person may get a signed URL of a file: readers, once it is stored. */
export function checkSigned(person: Person, file: FileRecord | undefined): Access {
  const access = checkReader(person, file);
  return access.ok && access.value.state !== 'stored' ? refuse('not-ready') : access;
}

/** Decides whether a person may delete a file: only its owner, in a tenant that they still have. */
export function checkOwner(person: Person, file: FileRecord | undefined): Access {
  const access = checkReader(person, file);
  return access.ok && access.value.owner !== person.user ? refuse('other-owner') : access;
}
