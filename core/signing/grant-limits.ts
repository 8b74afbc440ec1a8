import { GRANT_LIFETIME_SECONDS_MAX, type GrantKind } from '../contract/grant-limits';
import { InputError } from '../errors';

/** How far before `now` a grant starts, so that an edge whose clock is behind accepts it (C-41). */
export const GRANT_START_MARGIN_SECONDS = 60;

/**
 * Parses a lifetime: whole seconds, from 1 to the maximum for what it is for. Never clamps.
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
