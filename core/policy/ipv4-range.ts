import { IPV4_ADDRESS_PATTERN, IPV4_RANGE_PATTERN } from '../contract/ipv4-range';

/** The IPv4 addresses that the policy condition `AWS:SourceIp` allows. */
export interface Ipv4Range {
  /** The network address as an unsigned 32-bit number. */
  readonly network: number;
  /** The network mask as an unsigned 32-bit number. */
  readonly mask: number;
}

const ADDRESS = new RegExp(`^${IPV4_ADDRESS_PATTERN}$`);
const RANGE = new RegExp(`^${IPV4_RANGE_PATTERN}$`);

/** The unsigned 32-bit number of an address that has the form of {@link ADDRESS}. */
function numberOf(address: string): number {
  return address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);
}

/**
 * Parses an IPv4 address to an unsigned 32-bit number. The address must have four decimal numbers
 * without leading zeros; otherwise returns `undefined`.
 */
function parseAddress(text: string): number | undefined {
  return ADDRESS.test(text) ? numberOf(text) : undefined;
}

/**
 * Parses a range such as `192.0.2.0/24`. It must have four decimal numbers and one prefix length
 * from 0 to 32, and nothing else (C-43); otherwise returns `undefined`. Bits after the prefix may
 * be set and are ignored.
 *
 * @see DG:private-content-setting-signed-cookie-custom-policy
 */
export function parseIpv4Range(text: string): Ipv4Range | undefined {
  if (!RANGE.test(text)) return undefined;
  const slash = text.indexOf('/');
  const mask = 2 ** 32 - 2 ** (32 - Number(text.slice(slash + 1)));
  return { network: (numberOf(text.slice(0, slash)) & mask) >>> 0, mask };
}

/**
 * Returns whether the viewer's address is in the range. IPv6 addresses are never in it, including
 * IPv6 addresses that contain an IPv4 address.
 */
export function ipv4RangeContains(range: Ipv4Range, clientIp: string): boolean {
  const address = parseAddress(clientIp);
  return address !== undefined && (address & range.mask) >>> 0 === range.network;
}
