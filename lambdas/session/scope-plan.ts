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
import { Refused } from './refused';
import type { ListedScope } from './scopes-cookie';

/** What one tenant opens for a person: shared content, and their own folder or everybody's. */
export interface TenantScopes {
  readonly tenant: TenantId;
  readonly scopes: readonly PathScope[];
}

/** Scopes of one tenant; a reader's wider `/u/<tenant>/` absorbs their own folder. */
function scopesOf(tenant: TenantId, user: UserHash, isReader: boolean): TenantScopes {
  const files = isReader ? tenantUsersScope(tenant) : userScope(tenant, user);
  return { tenant, scopes: [tenantScope(tenant), files] };
}

/** Everything that an identity is entitled to, tenant by tenant, in the order of its claims. */
export function entitlementOf(identity: AccessIdentity, user: UserHash): readonly TenantScopes[] {
  return identity.tenants.map((tenant) => scopesOf(tenant, user, identity.isReader));
}

/**
 * The tenants to grant now: those asked for, or all.
 *
 * @throws {Refused} `tenant-not-granted` when one is asked for that the token does not give
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

/** What becomes of the scopes that the browser already holds. */
export interface ListedOutcome {
  /** No longer granted: to be cleared, those inside a scope of today's entitlement first. */
  readonly cleared: readonly ListedScope[];
  /** Still granted: left in force where this answer does not replace them. */
  readonly kept: readonly ListedScope[];
}

/**
 * Sorts the listed scopes. Cookies of tenants that were not asked for this time stay in force as long
 * as the token still gives them. A scope that is not exactly one of today's goes, so that no two sets
 * in force have one `Path` inside the other.
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
