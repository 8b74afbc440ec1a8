import { InputError } from '#core/errors';
import { parseTenantId } from '#core/tenancy/tenant-id';
import { isPersonalTenantId } from '#core/user-hash';
import {
  type AudienceRule,
  CLAIM_PATH_NAMES_MAX,
  type ClaimPath,
  type RefusedClaimValue,
  type RequiredClaimValue,
  type TenantRule,
  type TokenIssuer,
  type TokenTypeRule,
} from './token-issuer';

/** Names of the presets that an environment file can use. */
export const PRESET_NAMES = ['clerk', 'cognito-id', 'cognito-access', 'auth0', 'generic'] as const;

export type PresetName = (typeof PRESET_NAMES)[number];

/**
 * One entry of `issuers` in an environment file. A claim is given by its name. A dot leads to a
 * member inside (`o.id`). Names that are URLs (`https://example.com/tenants`) are one name, and
 * their dots have no meaning.
 */
export interface IssuerConfiguration {
  readonly preset: PresetName;
  readonly issuer: string;
  readonly jwksUrl?: string;
  readonly audience: {
    readonly claim?: AudienceRule['claim'];
    readonly accepted: readonly string[];
    readonly whenAbsent?: AudienceRule['whenAbsent'];
  } | null;
  readonly tenants:
    | { readonly from: 'claim'; readonly claim?: string }
    | { readonly from: 'fixed'; readonly tenant: string }
    | { readonly from: 'personal' };
  readonly tokenType?: TokenTypeRule | null;
  readonly requiredClaims?: Readonly<Record<string, RequiredClaimValue>>;
  readonly roleClaim?: string;
  readonly readerRoles?: readonly string[];
  readonly deniedTenants?: readonly string[];
  readonly maxTokenAgeSeconds?: number;
}

interface Preset {
  readonly audienceClaim: AudienceRule['claim'];
  readonly tokenType: TokenTypeRule | null;
  readonly presentClaims: readonly string[];
  readonly refusedClaimValues: readonly RefusedClaimValue[];
  readonly maxTokenAgeSeconds: number;
  readonly tenantClaims: readonly ClaimPath[];
  readonly roleClaims: readonly ClaimPath[];
  readonly rolePrefix: string;
  readonly actorClaim: string | null;
  readonly ignoredTenantPrefix: (issuer: string) => string | null;
}

const PLAIN = {
  presentClaims: [],
  refusedClaimValues: [],
  tenantClaims: [],
  roleClaims: [],
  rolePrefix: '',
  actorClaim: null,
  ignoredTenantPrefix: () => null,
} as const;

const cognito = (tokenUse: 'id' | 'access', audienceClaim: AudienceRule['claim']): Preset => ({
  ...PLAIN,
  audienceClaim,
  tokenType: { from: 'claim', claim: 'token_use', accepted: [tokenUse] },
  maxTokenAgeSeconds: 3600,
  // Users cannot put themselves into a group, but they may be able to write their own attributes.
  // So the tenant comes from the groups (J-09).
  tenantClaims: [['cognito:groups']],
  // Cognito adds everybody who signed in with an external provider to the group `<user pool
  // id>_<provider>`. If this group were a tenant, everybody with a Google account would be in it.
  ignoredTenantPrefix: (issuer) => `${issuer.slice(issuer.lastIndexOf('/') + 1)}_`,
});

const PRESETS: Readonly<Record<PresetName, Preset>> = {
  clerk: {
    audienceClaim: 'azp',
    tokenType: null,
    presentClaims: ['nbf'],
    refusedClaimValues: [{ claim: ['sts'], values: ['pending'], reason: 'session-pending' }],
    maxTokenAgeSeconds: 120,
    tenantClaims: [['o', 'id'], ['org_id']],
    roleClaims: [['o', 'rol'], ['org_role']],
    rolePrefix: 'org:',
    actorClaim: 'act',
    ignoredTenantPrefix: () => null,
  },
  'cognito-id': cognito('id', 'aud'),
  'cognito-access': cognito('access', 'client_id'),
  auth0: {
    ...PLAIN,
    audienceClaim: 'aud',
    tokenType: null,
    maxTokenAgeSeconds: 86_400,
    tenantClaims: [['org_id']],
  },
  generic: { ...PLAIN, audienceClaim: 'aud', tokenType: null, maxTokenAgeSeconds: 3600 },
};

function parseClaimPath(field: string, claim: string): ClaimPath {
  const path = claim.includes('://') ? [claim] : claim.split('.');
  if (path.length > CLAIM_PATH_NAMES_MAX || path.some((name) => name === '')) {
    throw new InputError({
      code: 'ERR_CLAIM_PATH',
      field,
      allowed: `a claim name such as "org_id" or "o.id", at most ${CLAIM_PATH_NAMES_MAX} deep`,
      received: claim,
    });
  }
  return path;
}

function resolveAudience(
  preset: Preset,
  audience: IssuerConfiguration['audience'],
): AudienceRule | null {
  if (audience === null) return null;
  if (audience.accepted.length === 0) {
    throw new InputError({
      code: 'ERR_AUDIENCE_EMPTY',
      field: 'audience.accepted',
      allowed: 'at least one value (or "audience": null, to switch the check off)',
      received: '',
    });
  }
  return {
    claim: audience.claim ?? preset.audienceClaim,
    accepted: audience.accepted,
    whenAbsent: audience.whenAbsent ?? 'refuse',
  };
}

function parseFixedTenant(tenant: string): TenantRule {
  if (isPersonalTenantId(tenant)) {
    throw new InputError({
      code: 'ERR_TENANT_RESERVED',
      field: 'tenants.tenant',
      allowed: 'a tenant that is not in the form of personal ones (personal-<22 characters>)',
      received: tenant,
    });
  }
  return { from: 'fixed', tenant: parseTenantId(tenant) };
}

function resolveTenants(
  { preset, issuer }: IssuerConfiguration,
  tenants: IssuerConfiguration['tenants'],
): TenantRule {
  if (tenants.from === 'personal') return { from: 'personal' };
  if (tenants.from === 'fixed') return parseFixedTenant(tenants.tenant);
  const ignoredPrefix = PRESETS[preset].ignoredTenantPrefix(issuer);
  if (tenants.claim !== undefined) {
    const claims = [parseClaimPath('tenants.claim', tenants.claim)];
    return { from: 'claim', claims, ignoredPrefix };
  }
  const { tenantClaims } = PRESETS[preset];
  if (tenantClaims.length === 0) {
    throw new InputError({
      code: 'ERR_TENANT_CLAIM_MISSING',
      field: 'tenants.claim',
      allowed: `a claim name: the preset "${preset}" has none of its own`,
      received: undefined,
    });
  }
  return { from: 'claim', claims: tenantClaims, ignoredPrefix };
}

function resolveRequiredClaims(
  required: IssuerConfiguration['requiredClaims'],
): TokenIssuer['requiredClaims'] {
  return Object.entries(required ?? {}).map(([claim, value]) => ({
    claim: parseClaimPath('requiredClaims', claim),
    accepted: typeof value === 'object' ? value : [value],
  }));
}

function resolveReaderRole(rolePrefix: string, role: string): string {
  const isPrefixed = rolePrefix !== '' && role.startsWith(rolePrefix);
  const resolved = isPrefixed ? role.slice(rolePrefix.length) : role;
  if (resolved !== '') return resolved;
  throw new InputError({
    code: 'ERR_READER_ROLE',
    field: 'readerRoles',
    allowed: rolePrefix === '' ? 'names of roles' : `names of roles after "${rolePrefix}"`,
    received: role,
  });
}

/**
 * Completes an issuer of the environment file with the values of its preset. The pinned JWKS is
 * passed separately.
 *
 * @throws {InputError} that names the key, when a claim name, tenant id or audience cannot be used
 */
export function resolveIssuer(configuration: IssuerConfiguration): TokenIssuer {
  const preset = PRESETS[configuration.preset];
  return {
    issuer: configuration.issuer,
    jwksUrl:
      configuration.jwksUrl ?? `${configuration.issuer.replace(/\/$/, '')}/.well-known/jwks.json`,
    audience: resolveAudience(preset, configuration.audience),
    tokenType: configuration.tokenType === undefined ? preset.tokenType : configuration.tokenType,
    presentClaims: preset.presentClaims,
    requiredClaims: resolveRequiredClaims(configuration.requiredClaims),
    refusedClaimValues: preset.refusedClaimValues,
    maxTokenAgeSeconds: configuration.maxTokenAgeSeconds ?? preset.maxTokenAgeSeconds,
    tenants: resolveTenants(configuration, configuration.tenants),
    roleClaims:
      configuration.roleClaim === undefined
        ? preset.roleClaims
        : [parseClaimPath('roleClaim', configuration.roleClaim)],
    rolePrefix: preset.rolePrefix,
    readerRoles: (configuration.readerRoles ?? []).map((role) =>
      resolveReaderRole(preset.rolePrefix, role),
    ),
    deniedTenants: configuration.deniedTenants?.map((tenant) => parseTenantId(tenant)) ?? [],
    actorClaim: preset.actorClaim,
  };
}
