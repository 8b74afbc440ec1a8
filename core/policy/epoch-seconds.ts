import { EPOCH_SECONDS_MAX } from '../contract/time';
import { InputError } from '../errors';

/** A time in whole seconds since 1970-01-01T00:00:00Z, up to the last second of the year 9999. */
export type EpochSeconds = number & { readonly brand: 'EpochSeconds' };

/**
 * Checks that a number is a time in whole seconds since the epoch.
 *
 * @throws {InputError} `ERR_EPOCH_SECONDS` for a fraction, a negative number, or milliseconds
 * (C-08)
 */
export function epochSeconds(seconds: number): EpochSeconds {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > EPOCH_SECONDS_MAX) {
    throw new InputError({
      code: 'ERR_EPOCH_SECONDS',
      field: 'epochSeconds',
      allowed: `whole seconds since 1970, from 0 to ${EPOCH_SECONDS_MAX} (not milliseconds)`,
      received: seconds,
    });
  }
  return seconds as EpochSeconds;
}

/**
 * Returns the time that is `seconds` later, or earlier if `seconds` is negative.
 *
 * @throws {InputError} `ERR_EPOCH_SECONDS` when the result is not a time that {@link epochSeconds}
 * accepts
 */
export function addSeconds(time: EpochSeconds, seconds: number): EpochSeconds {
  return epochSeconds(time + seconds);
}
