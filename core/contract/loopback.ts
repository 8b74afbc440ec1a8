/** The address of this machine on which local servers listen. */
export const LOOPBACK_ADDRESS = '127.0.0.1';

/** Names under which local servers are reached, as a certificate lists them. */
export const LOOPBACK_NAMES = ['localhost', LOOPBACK_ADDRESS, '::1'] as const;

/**
 * The text of a pattern for hosts of this machine, without anchors: `localhost`, `127.0.0.0/8` in decimal as
 * `URL.hostname` spells it, and `[::1]` in brackets.
 */
export const LOOPBACK_HOST_PATTERN =
  '(?:localhost|\\[::1\\]|127(?:\\.(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])){3})';

/** Matches a host, without port, that is this machine. */
export const LOOPBACK_HOST = new RegExp(`^${LOOPBACK_HOST_PATTERN}$`);
