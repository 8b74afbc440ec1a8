import { EPOCH_SECONDS_MAX } from '#core/contract/time';
import { accept, type Outcome, refuse } from '#core/outcome';
import type { RefusalReason } from '#core/refusals';
import { claimAt, type VerifiedClaims } from './tenants';
import type { TokenIssuer } from './token-issuer';

type Check = Outcome<undefined, RefusalReason>;
const PASSED: Check = accept(undefined);

const SUBJECT_CHARACTERS_MAX = 255;

const isNumericDate = (value: unknown): boolean =>
  typeof value === 'number' && value >= 0 && value <= EPOCH_SECONDS_MAX;

/**
 * Returns whether a value can be a subject. Ill-formed Unicode is refused because it has no UTF-8
 * form and cannot be hashed.
 */
export const isSubject = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= SUBJECT_CHARACTERS_MAX &&
  !/\p{Surrogate}/u.test(value);

/**
 * Checks the types of `exp`, `iat` and `sub` (J-04). This is needed because jose accepts 1e400
 * (Infinity) as a date and does not check `sub`.
 */
function checkShapes(claims: VerifiedClaims): Check {
  const { sub, exp, iat, nbf } = claims;
  if (!isSubject(sub)) return refuse('claim-malformed');
  const dates = nbf === undefined ? [exp, iat] : [exp, iat, nbf];
  return dates.every(isNumericDate) ? PASSED : refuse('claim-malformed');
}

function checkAudience(claims: VerifiedClaims, rule: TokenIssuer['audience']): Check {
  if (rule === null) return PASSED;
  const value = claims[rule.claim];
  if (value === undefined) {
    return rule.whenAbsent === 'accept' ? PASSED : refuse('audience-missing');
  }
  const named: readonly unknown[] = rule.claim === 'aud' && Array.isArray(value) ? value : [value];
  const isAccepted = named.some((one) => typeof one === 'string' && rule.accepted.includes(one));
  return isAccepted ? PASSED : refuse('audience-mismatch');
}

function checkTokenType(
  claims: VerifiedClaims,
  typ: string | undefined,
  rule: TokenIssuer['tokenType'],
): Check {
  if (rule === null) return PASSED;
  // `typ` is a media type that is compared without letter case, and the prefix `application/` is
  // optional (RFC 7515 section 4.1.9).
  const value =
    rule.from === 'header' ? typ?.toLowerCase().replace(/^application\//, '') : claims[rule.claim];
  const accepted =
    rule.from === 'header' ? rule.accepted.map((type) => type.toLowerCase()) : rule.accepted;
  return typeof value === 'string' && accepted.includes(value)
    ? PASSED
    : refuse('token-type-mismatch');
}

function checkValues(claims: VerifiedClaims, tokenIssuer: TokenIssuer): Check {
  for (const { claim, values, reason } of tokenIssuer.refusedClaimValues) {
    const value = claimAt(claims, claim);
    if (typeof value === 'string' && values.includes(value)) return refuse(reason);
  }
  const isMet = tokenIssuer.requiredClaims.every(({ claim, accepted }) =>
    accepted.some((value) => value === claimAt(claims, claim)),
  );
  return isMet ? PASSED : refuse('claim-mismatch');
}

/**
 * Checks the claims by the rules of the issuer's configuration. Signature, `iss` and dates were
 * checked before. Returns the first reason to refuse.
 */
export function checkClaims(
  claims: VerifiedClaims,
  typ: string | undefined,
  tokenIssuer: TokenIssuer,
): Check {
  const checks = [
    () => checkShapes(claims),
    () => checkAudience(claims, tokenIssuer.audience),
    () => checkTokenType(claims, typ, tokenIssuer.tokenType),
    () => checkValues(claims, tokenIssuer),
  ];
  for (const check of checks) {
    const outcome = check();
    if (!outcome.ok) return outcome;
  }
  return PASSED;
}
