// The package entry `edgepass/core`. Callers give scopes and lifetimes; policies, resources and their parsers
// stay inside. The base URL has one parser, for the value that configuration holds (C-04).

export { AssumptionError, InputError, type InputProblem } from './errors';
export { Secret } from './secret';
export { addSeconds, epochSeconds, toRfc3339, type Clock, type EpochSeconds } from './clock';
export { personalTenantId, userHash, type UserHash } from './user-hash';

export { isTenantId, parseTenantId, type TenantId } from './tenancy/tenant-id';
export {
  absorbNarrower,
  parsePathScope,
  scopeCovers,
  tenantScope,
  tenantUsersScope,
  userScope,
  type AbsorbedScopes,
  type PathScope,
} from './tenancy/path-scope';
export {
  encodeObjectPath,
  parseObjectKey,
  scopeOfObjectKey,
  type ObjectKey,
  type ObjectPath,
} from './tenancy/object-key';

export { parseContentBaseUrl, type ContentBaseUrl } from './signing/content-base-url';
export { GRANT_LIFETIME_SECONDS_MAX, type GrantKind } from './signing/grant-limits';
export { createInMemorySigner, type InMemorySignerInput } from './signing/in-memory-signer';
export {
  parseKeyPairId,
  type KeyPairId,
  type PolicySignature,
  type Signer,
} from './signing/signer';
export type { GrantInput } from './signing/sign-policy';
export {
  buildClearCookies,
  buildSetCookies,
  COOKIE_NAMES,
  signCookies,
  type SameSite,
  type SetCookiesInput,
  type SignCookiesInput,
  type SignedCookie,
  type SignedCookieSet,
} from './signing/signed-cookies';
export { signUrl, type SignedUrl, type SignUrlInput } from './signing/signed-url';

export {
  parseTrustedPublicKey,
  type TrustedKeys,
  type TrustedPublicKey,
} from './verification/trusted-key';
export {
  buildErrorBody,
  VIEWER_REFUSALS,
  type ViewerErrorCode,
  type ViewerRefusal,
  type ViewerRefusalReason,
} from './verification/viewer-refusals';
export {
  DEFAULT_SWITCHES,
  verifyViewerRequest,
  type AllowedVerdict,
  type RefusedVerdict,
  type VerificationContext,
  type VerificationSwitches,
  type Verdict,
  type ViewerRequest,
} from './verification/verify-viewer-request';
