import { GRANT_LIFETIME_SECONDS_MAX, type GrantKind } from '../contract/grant-limits';
import { InputError } from '../errors';

/**
 * How many seconds before the current time a grant starts. An edge server whose clock is slow would
 * otherwise refuse it (C-41).
 */
export const GRANT_START_MARGIN_SECONDS = 60;

/**
 * Checks a lifetime: whole seconds, from 1 to the maximum for this kind of grant. A value outside
 * is refused and never changed.
 *
 * @throws {InputError} `ERR_LIFETIME`
 */
export function parseLifetimeSeconds(lifetimeSeconds: number, kind: GrantKind): number {
  const max = GRANT_LIFETIME_SECONDS_MAX[kind];
  if (Number.isInteger(lifetimeSeconds) && lifetimeSeconds >= 1 && lifetimeSeconds <= max) {
    return lifetimeSeconds;
  }
  throw new InputError({
    code: 'ERR_LIFETIME',
    field: 'lifetimeSeconds',
    allowed: `whole seconds from 1 to ${max}`,
    received: lifetimeSeconds,
  });
}
