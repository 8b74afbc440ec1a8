import type { EpochSeconds } from './epoch-seconds';
import type { Ipv4Range } from './ipv4-range';

/**
 * One URL and one expiry. Never sent: CloudFront rebuilds it from the request, so it can hold no wildcard and
 * no start. We verify canned policies and never issue one (C-06, C-07).
 *
 * @see DG:private-content-signed-cookies
 */
export interface CannedPolicy {
  readonly kind: 'canned';
  /** The viewer's URL without the signing parameters, byte for byte. */
  readonly resource: string;
  /** Seconds since the epoch, as the digits that the viewer sent. */
  readonly expires: string;
}

/**
 * A policy that travels with the request: a Resource that may have wildcards, an expiry, and optionally a
 * start and a range of viewer addresses. Times are seconds, saturated at 2^53 − 1.
 *
 * @see DG:private-content-setting-signed-cookie-custom-policy
 */
export interface CustomPolicy {
  readonly kind: 'custom';
  /** Absent: every URL of every distribution that trusts the key. */
  readonly resource: string | undefined;
  /** Refused at this second and after. */
  readonly expiresAt: number;
  /** Refused up to and including this second. */
  readonly startsAt: number | undefined;
  readonly sourceIpRange: Ipv4Range | undefined;
}

/** The only shape of policy that we issue: exact Resource, start, expiry, no address. */
export interface IssuedPolicy {
  readonly resource: string;
  readonly startsAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
}
