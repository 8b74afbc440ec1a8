import { accept, type Outcome, refuse } from '#core/outcome';
import type { RefusalReason } from '#core/refusals';
import { isTenantId, parseTenantId, type TenantId } from '#core/tenancy/tenant-id';
import { isPersonalTenantId, personalTenantId } from '#core/user-hash';
import type { ClaimPath, TenantRule, TokenIssuer } from './token-issuer';

const CLAIM_VALUES_MAX = 200;

type TenantPrefix = Extract<TenantRule, { from: 'claim' }>['ignoredPrefix'];

/** The claims of a token whose signature was verified. */
export type VerifiedClaims = Readonly<Record<string, unknown>>;

/** The tenants for which a token gives access. */
export interface GrantedTenants {
  readonly tenants: readonly TenantId[];
  /** How many values of the claim are not tenant ids. They are ignored and counted in the log. */
  readonly ignoredValues: number;
}

export type TenantsOutcome = Outcome<GrantedTenants, RefusalReason>;

export type RolesOutcome = Outcome<readonly string[], RefusalReason>;

/**
 * Returns the value at a path in the claims. Inherited members do not count. Returns `undefined` if
 * a step of the path is missing.
 */
export function claimAt(claims: VerifiedClaims, path: ClaimPath): unknown {
  let value: unknown = claims;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** Accepts one string or a list of strings. Anything else is malformed. */
function toStrings(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > CLAIM_VALUES_MAX) return undefined;
  return list.every((item) => typeof item === 'string') ? [...new Set(list)] : undefined;
}

type Alternatives = Outcome<readonly string[], 'absent' | 'malformed' | 'disagree'>;

/**
 * Reads a value that can be in several claims. If more than one is present, they must have the same
 * value (J-08).
 */
function readAlternatives(
  claims: VerifiedClaims,
  paths: readonly ClaimPath[],
  normalise: (value: string) => string,
): Alternatives {
  const present = paths.map((path) => claimAt(claims, path)).filter((value) => value != null);
  const lists = present.map((value) => toStrings(value)?.map(normalise));
  if (lists.length === 0) return refuse('absent');
  const [first] = lists;
  if (first === undefined || lists.includes(undefined)) return refuse('malformed');
  const asText = lists.map((list) => JSON.stringify([...(list ?? [])].sort()));
  return new Set(asText).size === 1 ? accept(first) : refuse('disagree');
}

function withoutDenied(
  candidates: readonly string[],
  deniedTenants: readonly string[],
): TenantsOutcome {
  const valid = candidates.filter(isTenantId);
  const tenants = valid.filter((tenant) => !deniedTenants.includes(tenant));
  if (tenants.length > 0) {
    return accept({ tenants, ignoredValues: candidates.length - valid.length });
  }
  return refuse(valid.length > 0 ? 'tenant-denied' : 'no-tenant');
}

/**
 * Returns whether a claim value may be a tenant. Values that are the issuer's internal groups and
 * ids of personal tenants may not.
 */
function isClaimable(value: string, ignoredPrefix: TenantPrefix): boolean {
  const isIgnored = ignoredPrefix !== null && value.startsWith(ignoredPrefix);
  return !isIgnored && !isPersonalTenantId(value);
}

const TENANT_REASONS = {
  absent: 'no-tenant',
  malformed: 'tenant-claim-malformed',
  disagree: 'tenant-claims-disagree',
} as const;

/**
 * Returns the tenants of a verified token, from a claim, from configuration, or the personal
 * tenant. Denied tenants are left out.
 */
export function tenantsOf(
  claims: VerifiedClaims,
  subject: string,
  { issuer, tenants: rule, deniedTenants }: TokenIssuer,
): TenantsOutcome {
  if (rule.from === 'fixed') return withoutDenied([parseTenantId(rule.tenant)], deniedTenants);
  if (rule.from === 'personal') {
    return withoutDenied([personalTenantId(issuer, subject)], deniedTenants);
  }
  const found = readAlternatives(claims, rule.claims, (value) => value);
  if (!found.ok) return refuse(TENANT_REASONS[found.refusal]);
  const claimed = found.value.filter((value) => isClaimable(value, rule.ignoredPrefix));
  const verdict = withoutDenied(claimed, deniedTenants);
  if (!verdict.ok) return verdict;
  const { tenants, ignoredValues } = verdict.value;
  return accept({
    tenants,
    ignoredValues: ignoredValues + found.value.length - claimed.length,
  });
}

/**
 * Returns the roles in a verified token without the preset's prefix. A token without roles is not
 * refused.
 */
export function rolesOf(
  claims: VerifiedClaims,
  { roleClaims, rolePrefix }: TokenIssuer,
): RolesOutcome {
  const found = readAlternatives(claims, roleClaims, (role) =>
    rolePrefix !== '' && role.startsWith(rolePrefix) ? role.slice(rolePrefix.length) : role,
  );
  if (found.ok) return found;
  switch (found.refusal) {
    case 'absent':
      return accept([]);
    case 'malformed':
      return refuse('claim-malformed');
    case 'disagree':
      return refuse('role-claims-disagree');
  }
}
