import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { type Configuration, Provider, type ResourceServer } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import { findPerson } from './people';

/** The `aud` of every access token. */
const API_AUDIENCE = 'edgepass';
/** Resource indicator of the API (RFC 8707). */
export const API_RESOURCE = 'urn:edgepass:api';
/** Public client of the example gallery: authorization code with PKCE, no secret. */
export const GALLERY_CLIENT_ID = 'gallery';
/** The only scope of the API. */
export const API_SCOPE = 'files';
const ACCESS_TOKEN_SECONDS = 3_600;

export interface IdentitySettings {
  /** The `iss` of every token, which is this server's own address. */
  readonly tokenIssuer: string;
  /** The origins of the gallery page. Only they may call the token endpoint from a browser. */
  readonly galleryOrigins: readonly string[];
}

const RESOURCE_SERVER: ResourceServer = {
  scope: API_SCOPE,
  audience: API_AUDIENCE,
  accessTokenTTL: ACCESS_TOKEN_SECONDS,
  accessTokenFormat: 'jwt',
  jwt: { sign: { alg: 'RS256' } },
};

function configurationFor(settings: IdentitySettings): Configuration {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signingKey = privateKey.export({ format: 'jwk' });
  return {
    // The memory adapter is set explicitly, because the provider warns without it. Logins may be
    // lost when the process ends.
    adapter: createMemoryAdapter(0),
    jwks: {
      keys: [{ ...signingKey, kid: randomBytes(8).toString('hex'), use: 'sig', alg: 'RS256' }],
    },
    clients: [
      {
        client_id: GALLERY_CLIENT_ID,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: settings.galleryOrigins.map((origin) => `${origin}/`),
      },
    ],
    scopes: ['openid', API_SCOPE],
    cookies: { keys: [randomBytes(32).toString('hex')] },
    clientBasedCORS: (_context, requestOrigin) => settings.galleryOrigins.includes(requestOrigin),
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    extraTokenClaims: (_context, token) =>
      claimsOf('accountId' in token ? token.accountId : undefined),
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API_RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => RESOURCE_SERVER,
      },
    },
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      Grant: 86_400,
      Session: 86_400,
      Interaction: 600,
      IdToken: 600,
    },
  };
}

function claimsOf(accountId: string | undefined): Record<string, unknown> {
  const person = accountId === undefined ? undefined : findPerson(accountId);
  return person === undefined ? {} : { tenants: person.tenants, roles: person.roles };
}

/**
 * Creates an OpenID provider (`oidc-provider`) with the local people. Only its settings are part of
 * this project.
 */
export function createProvider(settings: IdentitySettings): Provider {
  return new Provider(settings.tokenIssuer, configurationFor(settings));
}

/** Issues an access token for a person without a login in the browser, for use with `curl`. */
export async function issueAccessToken(provider: Provider, personId: string): Promise<string> {
  const client = await provider.Client.find(GALLERY_CLIENT_ID);
  if (client === undefined) throw new Error(`client ${GALLERY_CLIENT_ID} is not configured`);
  const token = new provider.AccessToken({
    accountId: personId,
    client,
    gty: 'local',
    scope: API_SCOPE,
    grantId: '',
  });
  token.resourceServer = new provider.ResourceServer(API_RESOURCE, RESOURCE_SERVER);
  return token.save();
}
