import type { EpochSeconds } from './epoch-seconds';
import type { Ipv4Range } from './ipv4-range';

/**
 * A canned policy: one URL and one expiry. The viewer does not send it; CloudFront builds it again
 * from the request. For this reason it cannot have wildcards or a start time. This project verifies
 * canned policies but never issues them (C-06, C-07).
 *
 * @see DG:private-content-signed-cookies
 */
export interface CannedPolicy {
  readonly kind: 'canned';
  /** The viewer's URL without the signing parameters, byte for byte. */
  readonly resource: string;
  /** The expiry in seconds since the epoch, as the digits that the viewer sent. */
  readonly expires: string;
}

/**
 * A custom policy, which the viewer sends with the request: a Resource that may have wildcards, an
 * expiry, and optionally a start time and a range of viewer addresses. Times are in seconds; a
 * larger time than 2^53 − 1 is stored as 2^53 − 1.
 *
 * @see DG:private-content-setting-signed-cookie-custom-policy
 */
export interface CustomPolicy {
  readonly kind: 'custom';
  /**
   * The pattern of the allowed URLs. If it is absent, the policy allows every URL of every
   * distribution that trusts the key.
   */
  readonly resource: string | undefined;
  /** The request is refused at this second and later. */
  readonly expiresAt: number;
  /** The request is refused at this second and earlier. */
  readonly startsAt: number | undefined;
  readonly sourceIpRange: Ipv4Range | undefined;
}

/**
 * The only kind of policy that this project issues: an exact Resource, a start and an expiry,
 * without a condition on the viewer's address.
 */
export interface IssuedPolicy {
  readonly resource: string;
  readonly startsAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
}
