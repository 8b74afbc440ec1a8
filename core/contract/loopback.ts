/** The loopback address on which all local servers listen. */
export const LOOPBACK_ADDRESS = '127.0.0.1';

/**
 * The host names under which a local server can be reached. The local TLS certificate lists them.
 */
export const LOOPBACK_NAMES = ['localhost', LOOPBACK_ADDRESS, '::1'] as const;

/**
 * Source of a regular expression for loopback hosts, without `^` and `$`. It matches `localhost`,
 * `[::1]` in brackets, and 127.0.0.0/8 in the decimal form that `URL.hostname` returns.
 */
export const LOOPBACK_HOST_PATTERN =
  '(?:localhost|\\[::1\\]|127(?:\\.(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])){3})';

/** Matches a host name without port if it is a loopback host. */
export const LOOPBACK_HOST = new RegExp(`^${LOOPBACK_HOST_PATTERN}$`);
