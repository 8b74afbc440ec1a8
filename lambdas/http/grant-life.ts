import type { AccessIdentity } from '#access-token/verify-access-token';
import { addSeconds, type EpochSeconds } from '#core/clock';
import type { CapToToken } from '#core/contract/grant-limits';
import { Refused } from './refused';

const LONG_LIVED_TOKEN_SECONDS = 900;

/** How long a grant lives, and whether the token ends it. */
export interface GrantLife {
  readonly lifetimeSeconds: number;
  /** The token's expiry if it limits the grant. */
  readonly cappedAt: EpochSeconds | undefined;
}

export interface GrantLifeRules {
  readonly capToToken: CapToToken;
  /** Lifetime of the grant if the token does not limit it. */
  readonly lifetimeSeconds: number;
}

/**
 * Returns the lifetime of a grant. If `capToToken` applies, the grant ends when the token ends
 * (J-04).
 *
 * @throws {Refused} `token-expired`
 */
export function grantLifeOf(
  { issuedAt, expiresAt }: Pick<AccessIdentity, 'issuedAt' | 'expiresAt'>,
  { capToToken, lifetimeSeconds }: GrantLifeRules,
  now: EpochSeconds,
): GrantLife {
  const isCapped =
    capToToken === 'always' ||
    (capToToken === 'auto' && expiresAt - issuedAt > LONG_LIVED_TOKEN_SECONDS);
  if (!isCapped || expiresAt >= addSeconds(now, lifetimeSeconds)) {
    return { lifetimeSeconds, cappedAt: undefined };
  }
  // A token can still be valid because of the clock tolerance when its remaining lifetime is
  // already zero.
  if (expiresAt <= now) throw new Refused('token-expired');
  return { lifetimeSeconds: expiresAt - now, cappedAt: expiresAt };
}
