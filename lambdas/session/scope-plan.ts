import type { AccessIdentity } from '#access-token/verify-access-token';
import {
  type PathScope,
  scopeCovers,
  tenantScope,
  tenantUsersScope,
  userScope,
} from '#core/tenancy/path-scope';
import type { TenantId } from '#core/tenancy/tenant-id';
import type { UserHash } from '#core/user-hash';
import { Refused } from '../http/refused';
import type { ListedScope } from './scopes-cookie';

/**
 * The scopes that a person gets in one tenant: the shared content, and either their own folder or,
 * for readers, everybody's folders.
 */
export interface TenantScopes {
  readonly tenant: TenantId;
  readonly scopes: readonly PathScope[];
}

/**
 * Returns the scopes of one tenant. A reader's scope `/u/<tenant>/` already covers the own folder,
 * so that is left out.
 */
function scopesOf(tenant: TenantId, user: UserHash, isReader: boolean): TenantScopes {
  const files = isReader ? tenantUsersScope(tenant) : userScope(tenant, user);
  return { tenant, scopes: [tenantScope(tenant), files] };
}

/** Returns all scopes that an identity may have, tenant by tenant, in the order of the claims. */
export function entitlementOf(identity: AccessIdentity, user: UserHash): readonly TenantScopes[] {
  return identity.tenants.map((tenant) => scopesOf(tenant, user, identity.isReader));
}

/**
 * Returns the tenants to grant now: the requested ones, or all.
 *
 * @throws {Refused} `tenant-not-granted` when the token does not give a requested tenant
 */
export function selectTenants(
  entitled: readonly TenantScopes[],
  requested: readonly TenantId[] | undefined,
): readonly TenantScopes[] {
  if (requested === undefined) return entitled;
  return requested.map((tenant) => {
    const found = entitled.find((one) => one.tenant === tenant);
    if (found === undefined) throw new Refused('tenant-not-granted');
    return found;
  });
}

/** What happens to the scopes that the browser already has cookies for. */
export interface ListedOutcome {
  /**
   * Scopes that are no longer granted and must be cleared. Scopes that lie inside a granted scope
   * come first.
   */
  readonly cleared: readonly ListedScope[];
  /** Scopes that are still granted. Their cookies stay valid unless this answer replaces them. */
  readonly kept: readonly ListedScope[];
}

/**
 * Separates the listed scopes. Cookies of tenants that were not requested this time are kept if the
 * token still gives these tenants. A scope that is not exactly one of the granted scopes is
 * cleared, so that the `Path` of one cookie set never lies inside the `Path` of another.
 */
export function sortListed(
  listed: readonly ListedScope[],
  entitled: readonly TenantScopes[],
): ListedOutcome {
  const allowed = entitled.flatMap(({ scopes }) => scopes);
  const isAllowed = ({ scope }: ListedScope): boolean =>
    allowed.some(({ path }) => path === scope.path);
  const isInside = ({ scope }: ListedScope): boolean =>
    allowed.some((outer) => scopeCovers(outer, scope));
  const gone = listed.filter((one) => !isAllowed(one));
  return {
    cleared: [...gone.filter(isInside), ...gone.filter((one) => !isInside(one))],
    kept: listed.filter(isAllowed),
  };
}
