// The package entry `edgepass/core`. Callers pass scopes and lifetimes. Policies and policy
// Resources are not exported, so a caller cannot sign one of their own. The base URL of the content
// has a public parser because it comes from configuration (C-04).

export { addSeconds, type Clock, type EpochSeconds, epochSeconds, toRfc3339 } from './clock';
export { COOKIE_NAMES } from './contract/credential-names';
export type { ViewerErrorCode } from './contract/error-bodies';
export { GRANT_LIFETIME_SECONDS_MAX, type GrantKind } from './contract/grant-limits';
export type { SameSite } from './contract/same-site';
export { AssumptionError, InputError, type InputProblem } from './errors';
export { buildDownloadQuery } from './policy/download-disposition';
export { Secret } from './secret';
export { type ContentBaseUrl, parseContentBaseUrl } from './signing/content-base-url';
export { createInMemorySigner, type InMemorySignerInput } from './signing/in-memory-signer';
export type { GrantInput } from './signing/sign-policy';
export {
  buildClearCookies,
  buildSetCookies,
  type SetCookiesInput,
  signCookies,
  type SignCookiesInput,
  type SignedCookie,
  type SignedCookieSet,
} from './signing/signed-cookies';
export { type SignedUrl, signUrl, type SignUrlInput } from './signing/signed-url';
export {
  type KeyPairId,
  parseKeyPairId,
  type PolicySignature,
  type Signer,
} from './signing/signer';
export {
  encodeObjectPath,
  type ObjectKey,
  type ObjectPath,
  parseObjectKey,
  scopeOfObjectKey,
} from './tenancy/object-key';
export {
  type AbsorbedScopes,
  absorbNarrower,
  parsePathScope,
  type PathScope,
  scopeCovers,
  tenantScope,
  tenantUsersScope,
  userScope,
} from './tenancy/path-scope';
export { isTenantId, parseTenantId, type TenantId } from './tenancy/tenant-id';
export { personalTenantId, type UserHash, userHash } from './user-hash';
export {
  parseTrustedPublicKey,
  type TrustedKeys,
  type TrustedPublicKey,
} from './verification/trusted-key';
export {
  type AllowedVerdict,
  DEFAULT_SWITCHES,
  type RefusedVerdict,
  type Verdict,
  type VerificationContext,
  type VerificationSwitches,
  verifyViewerRequest,
  type ViewerRequest,
} from './verification/verify-viewer-request';
export {
  buildErrorBody,
  VIEWER_REFUSALS,
  type ViewerRefusal,
  type ViewerRefusalReason,
} from './verification/viewer-refusals';
