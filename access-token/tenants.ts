import { accept, type Outcome, refuse } from '#core/outcome';
import type { RefusalReason } from '#core/refusals';
import { isTenantId, parseTenantId, type TenantId } from '#core/tenancy/tenant-id';
import { isPersonalTenantId, personalTenantId } from '#core/user-hash';
import type { ClaimPath, TenantRule, TokenIssuer } from './token-issuer';

const CLAIM_VALUES_MAX = 200;

type TenantPrefix = Extract<TenantRule, { from: 'claim' }>['ignoredPrefix'];

/** The verified members of a token. */
export type VerifiedClaims = Readonly<Record<string, unknown>>;

/** The tenants that a token opens. */
export interface GrantedTenants {
  readonly tenants: readonly TenantId[];
  /** How many values of the claim are no tenant ids: left out, and worth a look in the log. */
  readonly ignoredValues: number;
}

export type TenantsOutcome = Outcome<GrantedTenants, RefusalReason>;

export type RolesOutcome = Outcome<readonly string[], RefusalReason>;

/** The value at a path, own members only; `undefined` when any step is missing. */
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

/** One string or a list of strings; anything else is malformed. */
function toStrings(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > CLAIM_VALUES_MAX) return undefined;
  return list.every((item) => typeof item === 'string') ? [...new Set(list)] : undefined;
}

type Alternatives = Outcome<readonly string[], 'absent' | 'malformed' | 'disagree'>;

/** Reads a value that may sit in several places; where it is there twice it must say the same (J-08). */
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

/** A claim speaks for organisations: neither for the issuer's bookkeeping nor for somebody's personal tenant. */
function isClaimable(value: string, ignoredPrefix: TenantPrefix): boolean {
  const isIgnored = ignoredPrefix !== null && value.startsWith(ignoredPrefix);
  return !isIgnored && !isPersonalTenantId(value);
}

const TENANT_REASONS = {
  absent: 'no-tenant',
  malformed: 'tenant-claim-malformed',
  disagree: 'tenant-claims-disagree',
} as const;

/** Which tenants a verified token opens: by claim, fixed, or personal; never what is denied. */
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

/** The roles that a verified token names, without the preset's prefix; none is no refusal. */
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
