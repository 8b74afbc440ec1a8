import { EPOCH_SECONDS_MAX } from '#core/contract/time';
import type { RefusalReason } from '#core/refusals';
import { claimAt, type VerifiedClaims } from './tenants';
import type { AudienceRule, TokenIssuer } from './token-issuer';

const SUBJECT_CHARACTERS_MAX = 255;
/** RFC 3339 has four digits for the year; a later `exp` is a mistake or an attack. */

const isNumericDate = (value: unknown): boolean =>
  typeof value === 'number' && value >= 0 && value <= EPOCH_SECONDS_MAX;

/** A name that can be hashed into a folder: ill-formed Unicode has no UTF-8 form. */
export const isSubject = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= SUBJECT_CHARACTERS_MAX &&
  !/\p{Surrogate}/u.test(value);

/** J-04: jose takes 1e400 (Infinity) for a date, and never looks at `sub`. */
function checkShapes(claims: VerifiedClaims): RefusalReason | null {
  const { sub, exp, iat, nbf } = claims;
  if (!isSubject(sub)) return 'claim-malformed';
  const dates = nbf === undefined ? [exp, iat] : [exp, iat, nbf];
  return dates.every(isNumericDate) ? null : 'claim-malformed';
}

function checkAudience(claims: VerifiedClaims, rule: AudienceRule | null): RefusalReason | null {
  if (rule === null) return null;
  const value = claims[rule.claim];
  if (value === undefined) return rule.whenAbsent === 'accept' ? null : 'audience-missing';
  const named: readonly unknown[] = rule.claim === 'aud' && Array.isArray(value) ? value : [value];
  const isAccepted = named.some((one) => typeof one === 'string' && rule.accepted.includes(one));
  return isAccepted ? null : 'audience-mismatch';
}

function checkTokenType(
  claims: VerifiedClaims,
  typ: string | null,
  rule: TokenIssuer['tokenType'],
): RefusalReason | null {
  if (rule === null) return null;
  // RFC 7515 section 4.1.9: media type, compared without case, `application/` may be left out.
  const value =
    rule.from === 'header' ? typ?.toLowerCase().replace(/^application\//, '') : claims[rule.claim];
  const accepted =
    rule.from === 'header' ? rule.accepted.map((type) => type.toLowerCase()) : rule.accepted;
  return typeof value === 'string' && accepted.includes(value) ? null : 'token-type-mismatch';
}

function checkValues(claims: VerifiedClaims, tokenIssuer: TokenIssuer): RefusalReason | null {
  for (const { claim, values, reason } of tokenIssuer.refusedClaimValues) {
    const value = claimAt(claims, claim);
    if (typeof value === 'string' && values.includes(value)) return reason;
  }
  const isMet = tokenIssuer.requiredClaims.every(({ claim, accepted }) =>
    accepted.some((value) => value === claimAt(claims, claim)),
  );
  return isMet ? null : 'claim-mismatch';
}

/** What the issuer's entry asks of claims beyond signature, `iss` and dates; the first reason, or null. */
export function checkClaims(
  claims: VerifiedClaims,
  typ: string | null,
  tokenIssuer: TokenIssuer,
): RefusalReason | null {
  return (
    checkShapes(claims) ??
    checkAudience(claims, tokenIssuer.audience) ??
    checkTokenType(claims, typ, tokenIssuer.tokenType) ??
    checkValues(claims, tokenIssuer)
  );
}
