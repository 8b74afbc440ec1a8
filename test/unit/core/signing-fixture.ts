import { generateKeyPairSync } from 'node:crypto';
import { epochSeconds } from '#core/clock';
import { Secret } from '#core/secret';
import { parseContentBaseUrl } from '#core/signing/content-base-url';
import { createInMemorySigner } from '#core/signing/in-memory-signer';
import type { SignedCookieSet } from '#core/signing/signed-cookies';
import { type KeyPairId, parseKeyPairId, type Signer } from '#core/signing/signer';
import { type PathScope, tenantScope } from '#core/tenancy/path-scope';
import { parseTenantId } from '#core/tenancy/tenant-id';
import { parseTrustedPublicKey, type TrustedPublicKey } from '#core/verification/trusted-key';

export const NOW = epochSeconds(1_767_290_000);
export const BASE_URL = parseContentBaseUrl('https://media.example.com');

/** A fresh key pair, as signer and as trusted key. */
export interface TestKey {
  readonly keyPairId: KeyPairId;
  readonly privatePem: string;
  readonly publicPem: string;
  readonly signer: Signer;
  readonly trusted: TrustedPublicKey;
}

export function generateTestKey(kind: 'rsa' | 'p256', id: string): TestKey {
  const { privateKey, publicKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const keyPairId = parseKeyPairId(id);
  return {
    keyPairId,
    privatePem,
    publicPem,
    signer: createInMemorySigner({ keyPairId, signingKey: new Secret(privatePem) }),
    trusted: parseTrustedPublicKey(publicPem, { allowTestKeySizes: false }),
  };
}

export function acme(): PathScope {
  return tenantScope(parseTenantId('acme'));
}

/** The `Cookie` header of a browser that holds this set. */
export function cookieHeader({ cookies }: SignedCookieSet): string {
  return cookies.map(({ name, value }) => `${name}=${value.reveal()}`).join('; ');
}
