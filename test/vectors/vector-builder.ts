import { ForeignTools, type Hash, type ToolKey } from './foreign-tools';
import type { ViewerRequestVector } from './vector-file';

export const NOW = 1_767_290_000;
export const LATER = NOW + 900;
export const EARLIER = NOW - 60;
export const HOST = 'https://media.example.com';
export const FILE = `${HOST}/t/acme/photo.jpg`;
export const ADDRESS = '203.0.113.7';

export const tools = new ForeignTools();
export const KEYS = {
  KRSA2048THROWAWAY: tools.generateKey('rsa'),
  KP256THROWAWAY: tools.generateKey('p256'),
  KRSA4096THROWAWAY: tools.generateKey('rsa4096'),
} as const;
export const STRANGER = tools.generateKey('rsa');
export type KeyId = keyof typeof KEYS;
export const RSA = 'KRSA2048THROWAWAY';
export const P256 = 'KP256THROWAWAY';
export const OPENSSL = tools.version('openssl');

export const tests: ViewerRequestVector[] = [];

export type Expectation =
  { result: 'valid' } | { result: 'invalid'; code: string; reasons: readonly string[] };
export const VALID: Expectation = { result: 'valid' };
export function refused(code: string, ...reasons: string[]): Expectation {
  return { result: 'invalid', code, reasons };
}

export interface Case {
  comment: string;
  source: string;
  flags: readonly string[];
  url: string;
  cookie?: string;
  clientIp?: string;
  now?: number;
}

export function add(
  { cookie = '', clientIp = ADDRESS, now = NOW, ...rest }: Case,
  expected: Expectation,
): void {
  const { comment, source, flags, url } = rest;
  const request = { url, cookie, clientIp, now };
  tests.push({ tcId: tests.length + 1, comment, source, ...expected, flags, ...request });
}

export interface Signing {
  keyId?: KeyId;
  key?: ToolKey;
  hash?: Hash;
  /**
   * The hash algorithm that the request names. If absent, the one that was used; `null` means that
   * the request names none.
   */
  marker?: string | null;
  options?: readonly string[];
  signature?: string;
}

export function signingParts(
  message: string,
  { keyId = RSA, hash = 'sha256', ...rest }: Signing,
): Required<Pick<Signing, 'keyId' | 'marker' | 'signature'>> {
  const { key = KEYS[keyId], options = [] } = rest;
  const signature = rest.signature ?? tools.opensslSignature(message, key, { hash, options });
  const marker = rest.marker === undefined ? hash.toUpperCase() : rest.marker;
  return { signature, keyId, marker };
}

export function customCookie(policy: string, signing: Signing = {}): string {
  const { signature, keyId, marker } = signingParts(policy, signing);
  return [
    `CloudFront-Policy=${tools.cloudFrontBase64(policy)}`,
    `CloudFront-Signature=${signature}`,
    `CloudFront-Key-Pair-Id=${keyId}`,
    ...(marker === null ? [] : [`CloudFront-Hash-Algorithm=${marker}`]),
  ].join('; ');
}

export function customUrl(url: string, policy: string, signing: Signing = {}): string {
  const { signature, keyId, marker } = signingParts(policy, signing);
  const parameters = [
    `Policy=${tools.cloudFrontBase64(policy)}`,
    `Signature=${signature}`,
    `Key-Pair-Id=${keyId}`,
    ...(marker === null ? [] : [`Hash-Algorithm=${marker}`]),
  ];
  return `${url}${url.includes('?') ? '&' : '?'}${parameters.join('&')}`;
}

export function cannedPolicy(resource: string, expires: number | string = LATER): string {
  return `{"Statement":[{"Resource":"${resource}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`;
}

export function cannedUrl(
  url: string,
  expires: number | string = LATER,
  signing: Signing = {},
): string {
  const { signature, keyId, marker } = signingParts(cannedPolicy(url, expires), signing);
  const parameters = [
    `Expires=${expires}`,
    `Signature=${signature}`,
    `Key-Pair-Id=${keyId}`,
    ...(marker === null ? [] : [`Hash-Algorithm=${marker}`]),
  ];
  return `${url}${url.includes('?') ? '&' : '?'}${parameters.join('&')}`;
}

export const window = `"DateLessThan":{"AWS:EpochTime":${LATER}},"DateGreaterThan":{"AWS:EpochTime":${EARLIER}}`;
export function customPolicy(resource: string, conditions = window): string {
  return `{"Statement":[{"Resource":"${resource}","Condition":{${conditions}}}]}`;
}
export const TENANT = customPolicy(`${HOST}/t/acme/*`);
