import { InputError } from '../errors';
import { isTenantId, type TenantId } from './tenant-id';
import { isUserHash, type UserHash } from './user-hash';

/** A path prefix that a grant opens. It always ends in a slash (C-03). */
export interface PathScope {
  readonly path: `/t/${string}/` | `/u/${string}/`;
  readonly tenant: TenantId;
  /** Present only if the scope is the folder of one person. */
  readonly user?: UserHash;
}

/** Returns the scope of the files that a whole tenant shares: `/t/<tenant>/`. */
export function tenantScope(tenant: TenantId): PathScope {
  return { path: `/t/${tenant}/`, tenant };
}

/** Returns the scope of one person's private files: `/u/<tenant>/<user>/`. */
export function userScope(tenant: TenantId, user: UserHash): PathScope {
  return { path: `/u/${tenant}/${user}/`, tenant, user };
}

/**
 * Returns the scope of all private files in a tenant, `/u/<tenant>/`. Only people with a configured
 * reader role receive it.
 */
export function tenantUsersScope(tenant: TenantId): PathScope {
  return { path: `/u/${tenant}/`, tenant };
}

function scopeOfSegments(
  door: string,
  tenant: string,
  user: string | undefined,
): PathScope | undefined {
  if (!isTenantId(tenant)) return undefined;
  if (user === undefined) {
    if (door === 't') return tenantScope(tenant);
    return door === 'u' ? tenantUsersScope(tenant) : undefined;
  }
  return door === 'u' && isUserHash(user) ? userScope(tenant, user) : undefined;
}

/**
 * Parses a scope of one of the forms `/t/<tenant>/`, `/u/<tenant>/<user>/` and `/u/<tenant>/`.
 *
 * @throws {InputError} `ERR_PATH_SCOPE`
 */
export function parsePathScope(path: string): PathScope {
  const [before, door, tenant, ...rest] = path.split('/');
  const after = rest.pop();
  if (before === '' && after === '' && door !== undefined && tenant !== undefined) {
    const scope = rest.length < 2 ? scopeOfSegments(door, tenant, rest[0]) : undefined;
    if (scope !== undefined) return scope;
  }
  throw new InputError({
    code: 'ERR_PATH_SCOPE',
    field: 'path',
    allowed: '/t/<tenant>/, /u/<tenant>/ or /u/<tenant>/<user>/',
    received: path,
  });
}

/** Returns whether `outer` opens everything that `inner` opens. A scope covers itself. */
export function scopeCovers(outer: PathScope, inner: PathScope): boolean {
  return inner.path.startsWith(outer.path);
}

/** A list of scopes, separated by whether another scope in the list covers them. */
export interface AbsorbedScopes {
  /** Scopes that no other scope covers, in the order in which they were given. */
  readonly kept: readonly PathScope[];
  /** Scopes that a kept scope covers. Their cookies must be cleared. */
  readonly absorbed: readonly PathScope[];
}

/**
 * Removes every scope that another scope in the list covers. Otherwise the cookie `Path` of one set
 * would lie inside the `Path` of another set. The browser would send both sets, and AWS does not
 * document which of them CloudFront reads.
 */
export function absorbNarrower(scopes: readonly PathScope[]): AbsorbedScopes {
  const distinct = [...new Map(scopes.map((scope) => [scope.path, scope])).values()];
  const isAbsorbed = (scope: PathScope): boolean =>
    distinct.some((other) => other !== scope && scopeCovers(other, scope));
  return {
    kept: distinct.filter((scope) => !isAbsorbed(scope)),
    absorbed: distinct.filter(isAbsorbed),
  };
}
