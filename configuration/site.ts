import { getDomain } from 'tldts';
import { LOOPBACK_HOST } from '#core/contract/loopback';

/**
 * The site of an origin as browsers compare it for `SameSite`: scheme and registrable domain by the
 * Public Suffix List, its private section included (`d1.cloudfront.net` and `d2.cloudfront.net` are
 * two sites). A host without a registrable domain (`localhost`, an address) is a site of its own.
 *
 * @see https://html.spec.whatwg.org/multipage/browsers.html#obtain-a-site
 */
export function siteOf(origin: string): string {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${getDomain(hostname, { allowPrivateDomains: true }) ?? hostname}`;
}

/** Whether anybody can register a name directly below this host's parent: a public suffix itself. */
export function isPublicSuffix(hostname: string): boolean {
  return getDomain(hostname, { allowPrivateDomains: true }) === null;
}

/** Whether a URL leads to this machine: `localhost`, 127.0.0.0/8 or `[::1]`. */
export function isLoopback(url: string): boolean {
  return LOOPBACK_HOST.test(new URL(url).hostname);
}
