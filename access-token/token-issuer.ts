import type { RefusalReason } from '#core/refusals';

/** Where a value sits in the claims: member names from the outside in, e.g. `['o', 'id']`. */
export type ClaimPath = readonly string[];

/** A claim's required value: exactly this, or one of these. */
export type RequiredClaimValue = string | number | boolean | readonly (string | number | boolean)[];

/** Which claim says for whom a token was made, and whom we take for an answer (J-06). */
export interface AudienceRule {
  readonly claim: 'aud' | 'client_id' | 'azp';
  readonly accepted: readonly string[];
  readonly whenAbsent: 'refuse' | 'accept';
}

/** How an access token is told from an ID token (J-07). `header` looks at the JOSE member `typ`. */
export type TokenTypeRule =
  | { readonly from: 'claim'; readonly claim: string; readonly accepted: readonly string[] }
  | { readonly from: 'header'; readonly accepted: readonly string[] };

/** Where a person's tenants come from; there is no default. Several claims must agree where present. */
export type TenantRule =
  | {
      readonly from: 'claim';
      readonly claims: readonly ClaimPath[];
      /** Values that begin with this are the issuer's own bookkeeping, never a tenant. */
      readonly ignoredPrefix: string | null;
    }
  | { readonly from: 'fixed'; readonly tenant: string }
  | { readonly from: 'personal' };

/** A claim with one of these string values refuses the token, with its own reason in the log. */
export interface RefusedClaimValue {
  readonly claim: ClaimPath;
  readonly values: readonly string[];
  readonly reason: Extract<RefusalReason, 'session-pending' | 'claim-mismatch'>;
}

/**
 * Everything the verifier knows about one issuer: plain JSON, no defaults left to fill in. Made by
 * `resolveIssuer` at synthesis, travels in the function's settings.
 */
export interface TokenIssuer {
  /** Compared with `iss` character by character (J-05). */
  readonly issuer: string;
  readonly jwksUrl: string;
  /** `null` switches the check off, in writing. */
  readonly audience: AudienceRule | null;
  readonly tokenType: TokenTypeRule | null;
  /** Claims that must be there, besides `exp`, `iat` and `sub`, which always must. */
  readonly presentClaims: readonly string[];
  readonly requiredClaims: readonly {
    readonly claim: ClaimPath;
    readonly accepted: readonly (string | number | boolean)[];
  }[];
  readonly refusedClaimValues: readonly RefusedClaimValue[];
  /** How long after `iat` a token is taken, whatever its `exp`. */
  readonly maxTokenAgeSeconds: number;
  readonly tenants: TenantRule;
  /** Alternatives for the role; those present must agree. Empty: nobody has a role. */
  readonly roleClaims: readonly ClaimPath[];
  /** Removed from the front of a role before comparing (Clerk v1 says `org:admin`, v2 `admin`). */
  readonly rolePrefix: string;
  /** Roles that may read everybody's private files of their tenants (`/u/<tenant>/`). */
  readonly readerRoles: readonly string[];
  readonly deniedTenants: readonly string[];
  /** A claim that names an impersonator: such a session reads only and is audited (J-08). */
  readonly actorClaim: string | null;
}
