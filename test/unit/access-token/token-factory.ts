import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { FetchLike } from '#access-token/fetch-jwks';
import { type IssuerConfiguration, resolveIssuer } from '#access-token/presets';
import type { TokenIssuer } from '#access-token/token-issuer';
import { type Clock, type EpochSeconds, epochSeconds } from '#core/clock';

/** 2026-01-01T17:53:20Z. All tests run at this time unless they move the clock. */
export const NOW = 1_767_290_000;

export const ISSUER = 'https://id.example.com';

/** A clock that only the test moves. */
export class FakeClock implements Clock {
  seconds: number;

  constructor(seconds = NOW) {
    this.seconds = seconds;
  }

  now(): EpochSeconds {
    return epochSeconds(this.seconds);
  }
}

/** A key pair of an imaginary issuer, created for one test run. */
export interface IssuerKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Record<string, unknown>;
}

export function makeIssuerKey(kid: string, modulusLength = 2048): IssuerKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
  return { kid, privateKey, publicKey, jwk };
}

export const encodeJson = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Claims that every preset without additional rules accepts. */
export const plainClaims = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  iss: ISSUER,
  sub: 'ann',
  aud: 'edgepass',
  iat: NOW - 10,
  exp: NOW + 600,
  org_id: 'acme',
  ...more,
});

/**
 * Signs any header and claims, because a test must be able to make tokens that no library would
 * make.
 */
export function makeToken(
  key: IssuerKey,
  claims: unknown,
  header: Record<string, unknown> = {},
): string {
  const protectedHeader = encodeJson({ alg: 'RS256', typ: 'JWT', kid: key.kid, ...header });
  const input = `${protectedHeader}.${encodeJson(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), key.privateKey).toString('base64url')}`;
}

/** The known algorithm confusion attack: an HMAC whose key is the issuer's public PEM (J-01). */
export function makeHmacToken(key: IssuerKey, claims: unknown): string {
  const input = `${encodeJson({ alg: 'HS256', typ: 'JWT', kid: key.kid })}.${encodeJson(claims)}`;
  const pem = key.publicKey.export({ format: 'pem', type: 'spki' });
  return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
}

export const genericIssuer = (more: Partial<IssuerConfiguration> = {}): TokenIssuer =>
  resolveIssuer({
    preset: 'generic',
    issuer: ISSUER,
    audience: { accepted: ['edgepass'] },
    tenants: { from: 'claim', claim: 'org_id' },
    ...more,
  });

/** A JWKS endpoint of an issuer that counts its requests and answers as the test wants. */
export class FakeIdentityProvider {
  fetches = 0;
  urls: string[] = [];
  respond: () => Promise<Response> | Response;

  constructor(...keys: readonly IssuerKey[]) {
    this.respond = () => FakeIdentityProvider.serve(...keys);
  }

  static serve(...keys: readonly IssuerKey[]): Response {
    return Response.json({ keys: keys.map(({ jwk }) => jwk) });
  }

  readonly fetch: FetchLike = async (url) => {
    this.fetches += 1;
    this.urls.push(url);
    return await this.respond();
  };
}
