const OCTET = '(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])';

/**
 * Source of a regular expression for an IPv4 address, without `^` and `$`: four decimal numbers
 * without leading zeros.
 */
export const IPV4_ADDRESS_PATTERN = `${OCTET}(?:[.]${OCTET}){3}`;

/**
 * Source of a regular expression for the value of the policy condition `AWS:SourceIp`, without `^`
 * and `$`: an IPv4 address and a prefix length (C-43). AWS writes a single address with `/32` and
 * does not say how CloudFront reads one without a prefix length. Such a policy is refused by the
 * verifier, and nothing is concluded from it in the logs.
 */
export const IPV4_RANGE_PATTERN = `${IPV4_ADDRESS_PATTERN}/(?:[0-9]|[12][0-9]|3[0-2])`;
