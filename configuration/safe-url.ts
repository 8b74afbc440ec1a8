import { LOOPBACK_HOST } from '#core/contract/loopback';

/**
 * J-12: https without user and fragment; plain HTTP only to loopback, and only where that is
 * allowed.
 */
export function isSafeUrl(value: string, allowLoopbackHttp: boolean): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password, hash } = new URL(value);
  if (username !== '' || password !== '' || hash !== '') return false;
  return (
    protocol === 'https:' ||
    (allowLoopbackHttp && protocol === 'http:' && LOOPBACK_HOST.test(hostname))
  );
}

/**
 * An origin is compared as text with the `Origin` header, so only its serialised form can ever
 * match.
 */
export function isExactOrigin(value: string, allowLoopbackHttp: boolean): boolean {
  return (
    isSafeUrl(value, allowLoopbackHttp) && new URL(value).origin === value && !value.includes('*')
  );
}
