import { InputError } from '../errors';

/** What a lifetime is for. */
export type GrantKind = 'cookies' | 'signedUrl' | 'signedUrlBatch';

/** The longest lifetimes, in seconds. Configuration may lower them, nothing raises them (C-08). */
export const GRANT_LIFETIME_SECONDS_MAX: Readonly<Record<GrantKind, number>> = Object.freeze({
  cookies: 900,
  signedUrl: 900,
  signedUrlBatch: 300,
});

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
