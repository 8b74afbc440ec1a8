import type { RefusalReason } from '#core/refusals';

/**
 * The path of a value inside the claims: member names from outside to inside, for example `['o',
 * 'id']`.
 */
export type ClaimPath = readonly string[];

/** Most names in a claim path. */
export const CLAIM_PATH_NAMES_MAX = 8;

/** A claim's required value: exactly this, or one of these. */
export type RequiredClaimValue = string | number | boolean | readonly (string | number | boolean)[];

/** The claim that names the recipient of a token, and the recipients that are accepted (J-06). */
export interface AudienceRule {
  readonly claim: 'aud' | 'client_id' | 'azp';
  readonly accepted: readonly string[];
  readonly whenAbsent: 'refuse' | 'accept';
}

/**
 * How to distinguish an access token from an ID token (J-07). `header` checks the JOSE header
 * member `typ`.
 */
export type TokenTypeRule =
  | { readonly from: 'claim'; readonly claim: string; readonly accepted: readonly string[] }
  | { readonly from: 'header'; readonly accepted: readonly string[] };

/**
 * Where the tenants of a person come from; there is no default. If several claims are present, they
 * must have the same value.
 */
export type TenantRule =
  | {
      readonly from: 'claim';
      readonly claims: readonly ClaimPath[];
      /** Values with this prefix are internal groups of the issuer and never tenants. */
      readonly ignoredPrefix: string | null;
    }
  | { readonly from: 'fixed'; readonly tenant: string }
  | { readonly from: 'personal' };

/**
 * If a claim has one of these string values, the token is refused. Each value has its own reason in
 * the log.
 */
export interface RefusedClaimValue {
  readonly claim: ClaimPath;
  readonly values: readonly string[];
  readonly reason: Extract<RefusalReason, 'session-pending' | 'claim-mismatch'>;
}

/**
 * Everything that the verifier must know about one issuer, as plain JSON without open defaults.
 * `resolveIssuer` makes it at synthesis, and the function receives it in its settings.
 */
export interface TokenIssuer {
  /** The exact value of the claim `iss`; every character is compared (J-05). */
  readonly issuer: string;
  readonly jwksUrl: string;
  /**
   * The audience rule. `null` switches the check off; it cannot be switched off by leaving it out.
   */
  readonly audience: AudienceRule | null;
  readonly tokenType: TokenTypeRule | null;
  /**
   * Claims that must be present in addition to `exp`, `iat` and `sub`, which are always required.
   */
  readonly presentClaims: readonly string[];
  readonly requiredClaims: readonly {
    readonly claim: ClaimPath;
    readonly accepted: readonly (string | number | boolean)[];
  }[];
  readonly refusedClaimValues: readonly RefusedClaimValue[];
  /** Maximum age of a token, counted in seconds from `iat`. It holds even if `exp` is later. */
  readonly maxTokenAgeSeconds: number;
  readonly tenants: TenantRule;
  /**
   * Claims that can contain the role. Those that are present must have the same value. If the list
   * is empty, nobody has a role.
   */
  readonly roleClaims: readonly ClaimPath[];
  /**
   * A prefix that is removed from a role before it is compared. Clerk v1 sends `org:admin`, v2
   * sends `admin`.
   */
  readonly rolePrefix: string;
  /** Roles that may read the private files of everybody in their tenants (`/u/<tenant>/`). */
  readonly readerRoles: readonly string[];
  readonly deniedTenants: readonly string[];
  /**
   * The claim that names an impersonator. A session with it can only read and is written to the
   * audit log (J-08).
   */
  readonly actorClaim: string | null;
}
