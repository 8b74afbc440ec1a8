import type { RefusalReason } from '#core/refusals';
import { isTenantId, parseTenantId, type TenantId } from '#core/tenancy/tenant-id';
import { isPersonalTenantId, personalTenantId } from '#core/user-hash';
import type { ClaimPath, TokenIssuer } from './token-issuer';

const CLAIM_VALUES_MAX = 200;

/** The verified members of a token. */
export type VerifiedClaims = Readonly<Record<string, unknown>>;

export type TenantsVerdict =
  | {
      readonly granted: true;
      readonly tenants: readonly TenantId[];
      /** How many values of the claim are no tenant ids: left out, and worth a look in the log. */
      readonly ignoredValues: number;
    }
  | { readonly granted: false; readonly reason: RefusalReason };

export type RolesVerdict =
  | { readonly readable: true; readonly roles: readonly string[] }
  | { readonly readable: false; readonly reason: RefusalReason };

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
function toStrings(value: unknown): readonly string[] | null {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > CLAIM_VALUES_MAX) return null;
  return list.every((item) => typeof item === 'string') ? [...new Set(list)] : null;
}

type Alternatives = readonly string[] | 'absent' | 'malformed' | 'disagree';

/** Reads a value that may sit in several places; where it is there twice it must say the same (J-08). */
function readAlternatives(
  claims: VerifiedClaims,
  paths: readonly ClaimPath[],
  normalise: (value: string) => string,
): Alternatives {
  const present = paths.map((path) => claimAt(claims, path)).filter((value) => value != null);
  const lists = present.map((value) => toStrings(value)?.map(normalise) ?? null);
  const [first] = lists;
  if (first === undefined) return 'absent';
  if (first === null || lists.includes(null)) return 'malformed';
  const asText = lists.map((list) => JSON.stringify([...(list ?? [])].sort()));
  return new Set(asText).size === 1 ? first : 'disagree';
}

function withoutDenied(
  candidates: readonly string[],
  deniedTenants: readonly string[],
): TenantsVerdict {
  const valid = candidates.filter(isTenantId);
  const tenants = valid.filter((tenant) => !deniedTenants.includes(tenant));
  if (tenants.length > 0) {
    return { granted: true, tenants, ignoredValues: candidates.length - valid.length };
  }
  return { granted: false, reason: valid.length > 0 ? 'tenant-denied' : 'no-tenant' };
}

/** A claim speaks for organisations: neither for the issuer's bookkeeping nor for somebody's personal tenant. */
function isClaimable(value: string, ignoredPrefix: string | null): boolean {
  const isIgnored = ignoredPrefix !== null && value.startsWith(ignoredPrefix);
  return !isIgnored && !isPersonalTenantId(value);
}

/** Which tenants a verified token opens: by claim, fixed, or personal; never what is denied. */
export function tenantsOf(
  claims: VerifiedClaims,
  subject: string,
  { issuer, tenants: rule, deniedTenants }: TokenIssuer,
): TenantsVerdict {
  if (rule.from === 'fixed') return withoutDenied([parseTenantId(rule.tenant)], deniedTenants);
  if (rule.from === 'personal') {
    return withoutDenied([personalTenantId(issuer, subject)], deniedTenants);
  }
  const found = readAlternatives(claims, rule.claims, (value) => value);
  if (found === 'absent') return { granted: false, reason: 'no-tenant' };
  if (found === 'malformed') return { granted: false, reason: 'tenant-claim-malformed' };
  if (found === 'disagree') return { granted: false, reason: 'tenant-claims-disagree' };
  const claimed = found.filter((value) => isClaimable(value, rule.ignoredPrefix));
  const verdict = withoutDenied(claimed, deniedTenants);
  if (!verdict.granted) return verdict;
  const ignoredValues = verdict.ignoredValues + found.length - claimed.length;
  return { ...verdict, ignoredValues };
}

/** The roles that a verified token names, without the preset's prefix; none is no refusal. */
export function rolesOf(
  claims: VerifiedClaims,
  { roleClaims, rolePrefix }: TokenIssuer,
): RolesVerdict {
  const found = readAlternatives(claims, roleClaims, (role) =>
    rolePrefix !== '' && role.startsWith(rolePrefix) ? role.slice(rolePrefix.length) : role,
  );
  if (found === 'absent') return { readable: true, roles: [] };
  if (found === 'malformed') return { readable: false, reason: 'claim-malformed' };
  if (found === 'disagree') return { readable: false, reason: 'role-claims-disagree' };
  return { readable: true, roles: found };
}
