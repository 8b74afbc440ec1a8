import { type CryptoKey, errors, jwtVerify } from 'jose';
import { type Clock, type EpochSeconds, epochSeconds } from '#core/clock';
import { InputError } from '#core/errors';
import { accept, type Outcome, refuse } from '#core/outcome';
import type { RefusalReason } from '#core/refusals';
import type { TenantId } from '#core/tenancy/tenant-id';
import { checkClaims, isSubject } from './claim-rules';
import type { FetchLike, JwksFetchLimits } from './fetch-jwks';
import { createJwksSource, type JwksSource } from './jwks';
import { rolesOf, tenantsOf, type VerifiedClaims } from './tenants';
import type { TokenIssuer } from './token-issuer';
import { readUnverifiedSelection } from './unverified-issuer';

const CLOCK_TOLERANCE_SECONDS = 5;

/**
 * Who the subject of a verified token is and which tenants the token opens. It contains no part of
 * the token's text.
 */
export interface AccessIdentity {
  readonly tokenIssuer: string;
  readonly subject: string;
  readonly tenants: readonly TenantId[];
  readonly ignoredTenantValues: number;
  /** The subject may read the private files of everybody in these tenants. */
  readonly isReader: boolean;
  /** The `sub` of the impersonator if somebody acts for the subject; otherwise undefined. */
  readonly actor: string | undefined;
  readonly issuedAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
}

/** The result for a token: an identity, or one reason for the log. */
export type TokenOutcome = Outcome<AccessIdentity, RefusalReason>;

export interface AccessTokenVerifier {
  verify(token: string): Promise<TokenOutcome>;
}

export interface AccessTokenVerifierInput {
  readonly tokenIssuers: readonly TokenIssuer[];
  /** Pinned JWKS documents, by issuer. */
  readonly pinnedJwks: Readonly<Record<string, unknown>>;
  readonly allowLoopbackHttp: boolean;
  readonly fetch: FetchLike;
  readonly clock: Clock;
  readonly jwksLimits?: JwksFetchLimits;
}

interface Entry {
  readonly tokenIssuer: TokenIssuer;
  readonly jwks: JwksSource;
}

interface Selected {
  readonly token: string;
  readonly typ: string | undefined;
  readonly tokenIssuer: TokenIssuer;
  readonly key: CryptoKey;
  readonly now: EpochSeconds;
}

const DATE_REASONS: Readonly<Record<string, RefusalReason>> = {
  nbf: 'token-not-yet-valid',
  iat: 'token-issued-in-future',
};

/** Turns an error of jose into a reason, by its code and claim. Its message is not used. */
function reasonOf(error: errors.JOSEError): RefusalReason {
  if (error instanceof errors.JWTExpired) {
    return error.claim === 'iat' ? 'token-too-old' : 'token-expired';
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return 'claim-missing';
    if (error.reason === 'invalid') return 'claim-malformed';
    return DATE_REASONS[error.claim] ?? 'claim-mismatch';
  }
  return error instanceof errors.JWSSignatureVerificationFailed
    ? 'token-signature-invalid'
    : 'token-malformed';
}

/**
 * Verifies signature, `iss` and dates with jose. All options of jose that matter are set
 * explicitly.
 */
async function verifySigned(selected: Selected): Promise<Outcome<VerifiedClaims, RefusalReason>> {
  const { token, tokenIssuer, key, now } = selected;
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['RS256'],
      issuer: tokenIssuer.issuer,
      requiredClaims: ['exp', 'iat', 'sub', ...tokenIssuer.presentClaims],
      maxTokenAge: tokenIssuer.maxTokenAgeSeconds,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now * 1000),
    });
    return accept(payload);
  } catch (error) {
    if (error instanceof errors.JOSEError) return refuse(reasonOf(error));
    throw error;
  }
}

function readActor(claims: VerifiedClaims, { actorClaim }: TokenIssuer): string | undefined {
  const actor = actorClaim === null ? undefined : claims[actorClaim];
  if (actor === undefined || actor === null) return undefined;
  const { sub } = actor as { sub?: unknown };
  return isSubject(sub) ? sub : 'unnamed';
}

function identify(
  claims: VerifiedClaims,
  { tokenIssuer }: Pick<Selected, 'tokenIssuer'>,
): TokenOutcome {
  const { sub: subject, exp, iat } = claims as { sub: string; exp: number; iat: number };
  const tenants = tenantsOf(claims, subject, tokenIssuer);
  if (!tenants.ok) return tenants;
  const roles = rolesOf(claims, tokenIssuer);
  if (!roles.ok) return roles;
  const actor = readActor(claims, tokenIssuer);
  const has = (role: string): boolean => roles.value.includes(role);
  return accept({
    tokenIssuer: tokenIssuer.issuer,
    subject,
    tenants: tenants.value.tenants,
    ignoredTenantValues: tenants.value.ignoredValues,
    isReader: tokenIssuer.readerRoles.some(has),
    actor,
    issuedAt: epochSeconds(Math.floor(iat)),
    expiresAt: epochSeconds(Math.floor(exp)),
  });
}

async function verifyToken(
  token: string,
  entries: ReadonlyMap<string, Entry>,
  clock: Clock,
): Promise<TokenOutcome> {
  const read = readUnverifiedSelection(token);
  if (!read.ok) return read;
  const { unverifiedTokenIssuer, unverifiedKid, unverifiedTyp: typ } = read.value;
  const entry = entries.get(unverifiedTokenIssuer);
  if (entry === undefined) return refuse('token-issuer-unknown');
  const { tokenIssuer } = entry;
  const key = await entry.jwks.keyFor(unverifiedKid);
  if (!key.ok) return key;
  const selected = { token, typ, tokenIssuer, key: key.value, now: clock.now() };
  const claims = await verifySigned(selected);
  if (!claims.ok) return claims;
  const checked = checkClaims(claims.value, typ, tokenIssuer);
  return checked.ok ? identify(claims.value, selected) : checked;
}

/**
 * Creates a verifier for the configured issuers. The token's own `iss` only selects the issuer;
 * then the token must fulfil all rules of this issuer (J-05). The verifier uses only the clock and
 * the connections in its input.
 *
 * @throws {InputError} when an issuer is listed twice or its JWKS cannot be used
 */
export async function createAccessTokenVerifier(
  input: AccessTokenVerifierInput,
): Promise<AccessTokenVerifier> {
  const entries = new Map<string, Entry>();
  for (const tokenIssuer of input.tokenIssuers) {
    const { issuer, jwksUrl } = tokenIssuer;
    if (entries.has(issuer)) {
      throw new InputError({
        code: 'ERR_TOKEN_ISSUER_DUPLICATE',
        field: 'issuers',
        allowed: 'every issuer once',
        received: issuer,
      });
    }
    const { allowLoopbackHttp, fetch, clock, jwksLimits: limits } = input;
    const pinnedJwks = Object.hasOwn(input.pinnedJwks, issuer)
      ? input.pinnedJwks[issuer]
      : undefined;
    const jwks = await createJwksSource({
      ...{ jwksUrl, allowLoopbackHttp, pinnedJwks, fetch, clock },
      ...(limits && { limits }),
    });
    entries.set(issuer, { tokenIssuer, jwks });
  }
  return { verify: (token) => verifyToken(token, entries, input.clock) };
}
