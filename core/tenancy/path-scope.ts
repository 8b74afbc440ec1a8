import { InputError } from '../errors';
import { isTenantId, type TenantId } from './tenant-id';
import { isUserHash, type UserHash } from './user-hash';

/** One path prefix that a grant opens, always ending in a slash (C-03). */
export interface PathScope {
  readonly path: `/t/${string}/` | `/u/${string}/`;
  readonly tenant: TenantId;
  /** Present only in the scope of one person's folder. */
  readonly user?: UserHash;
}

/** What a whole tenant shares: `/t/<tenant>/`. */
export function tenantScope(tenant: TenantId): PathScope {
  return { path: `/t/${tenant}/`, tenant };
}

/** One person's private files: `/u/<tenant>/<user>/`. */
export function userScope(tenant: TenantId, user: UserHash): PathScope {
  return { path: `/u/${tenant}/${user}/`, tenant, user };
}

/** The private files of everybody in a tenant, for configured reader roles only: `/u/<tenant>/`. */
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
 * Parses `/t/<tenant>/`, `/u/<tenant>/<user>/` or `/u/<tenant>/`.
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

/** Whether everything that `inner` opens is also opened by `outer` (a scope covers itself). */
export function scopeCovers(outer: PathScope, inner: PathScope): boolean {
  return inner.path.startsWith(outer.path);
}

/** Scopes that no other one covers, and those that one does. */
export interface AbsorbedScopes {
  /** Disjoint, in the order given. */
  readonly kept: readonly PathScope[];
  /** Narrower than one that is kept: their cookies must be cleared. */
  readonly absorbed: readonly PathScope[];
}

/**
 * Lets wider scopes absorb narrower ones, so that no two cookie sets in force have one `Path` inside the
 * other: a browser would send both, and which one CloudFront reads is not documented.
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
