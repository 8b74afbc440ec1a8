/** The IPv4 addresses that `AWS:SourceIp` admits. */
export interface Ipv4Range {
  /** The 32-bit network address, unsigned. */
  readonly network: number;
  /** The 32-bit mask, unsigned. */
  readonly mask: number;
}

const OCTET = '(0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])';
const ADDRESS = new RegExp(`^${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}$`);
const PREFIX_LENGTH = /^(?:[0-9]|[12][0-9]|3[0-2])$/;

/** Parses four decimal octets without leading zeros to 32 unsigned bits; anything else is `undefined`. */
function parseAddress(text: string): number | undefined {
  const octets = ADDRESS.exec(text)?.slice(1);
  return octets?.reduce((address, octet) => address * 256 + Number(octet), 0);
}

/**
 * Parses `192.0.2.0/24`. Strict: four decimal octets, one prefix length from 0 to 32, nothing else (C-43);
 * `undefined` for everything else. Host bits may be set, and are masked away.
 *
 * @see DG:private-content-setting-signed-cookie-custom-policy
 */
export function parseIpv4Range(text: string): Ipv4Range | undefined {
  const slash = text.indexOf('/');
  const prefixLength = text.slice(slash + 1);
  const address = parseAddress(text.slice(0, slash));
  if (address === undefined || !PREFIX_LENGTH.test(prefixLength)) return undefined;
  const mask = 2 ** 32 - 2 ** (32 - Number(prefixLength));
  return { network: (address & mask) >>> 0, mask };
}

/** Whether a viewer's address lies in a range. An IPv6 address, mapped ones included, never does. */
export function ipv4RangeContains(range: Ipv4Range, clientIp: string): boolean {
  const address = parseAddress(clientIp);
  return address !== undefined && (address & range.mask) >>> 0 === range.network;
}
