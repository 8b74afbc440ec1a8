import { getDomain } from 'tldts';
import { LOOPBACK_HOST } from '#core/contract/loopback';

/**
 * Returns the site of an origin as browsers compare it for `SameSite`: the scheme and the
 * registrable domain by the Public Suffix List. The private section of the list is used too, so
 * `d1.cloudfront.net` and `d2.cloudfront.net` are two sites. A host without a registrable domain
 * (`localhost`, an IP address) is its own site.
 *
 * @see https://html.spec.whatwg.org/multipage/browsers.html#obtain-a-site
 */
export function siteOf(origin: string): string {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${getDomain(hostname, { allowPrivateDomains: true }) ?? hostname}`;
}

/**
 * Returns whether a host name is itself a public suffix, for example `co.uk` or `cloudfront.net`.
 * Anybody can register names below a public suffix.
 */
export function isPublicSuffix(hostname: string): boolean {
  return getDomain(hostname, { allowPrivateDomains: true }) === null;
}

/** Returns whether a URL has a loopback host: `localhost`, 127.0.0.0/8 or `[::1]`. */
export function isLoopback(url: string): boolean {
  return LOOPBACK_HOST.test(new URL(url).hostname);
}
