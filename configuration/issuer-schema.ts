import { z } from 'zod';
import { PRESET_NAMES } from '#access-token/presets';
import { TENANT_ID, TENANT_ID_TEXT } from '#core/contract/identifiers';

const url = z
  .string()
  .regex(
    /^https?:\/\/[^\s/?#@\\]+(?:\/[^\s?#\\]*)?$/,
    'an absolute https URL without user, query or fragment (http only to loopback, with target "emulator")',
  );

const name = z.string().min(1).max(200);

const audience = z
  .strictObject({
    claim: z.enum(['aud', 'client_id', 'azp']).exactOptional().describe("default: the preset's"),
    accepted: z.array(name).min(1).max(20).describe('values taken for an answer, compared exactly'),
    whenAbsent: z
      .enum(['refuse', 'accept'])
      .exactOptional()
      .describe('a token without the claim is refused unless this says "accept"'),
  })
  .nullable()
  .describe('for whom a token must have been made; `null` switches the check off, in writing');

const tenants = z
  .discriminatedUnion('from', [
    z.strictObject({
      from: z.literal('claim'),
      claim: name.exactOptional().describe("claim name, dots go deeper; default: the preset's"),
    }),
    z.strictObject({
      from: z.literal('fixed'),
      tenant: z.string().regex(TENANT_ID, TENANT_ID_TEXT),
    }),
    z.strictObject({ from: z.literal('personal') }),
  ])
  .describe('where the tenants of a signed-in person come from; there is no default');

const tokenType = z
  .discriminatedUnion('from', [
    z.strictObject({ from: z.literal('claim'), claim: name, accepted: z.array(name).min(1) }),
    z.strictObject({ from: z.literal('header'), accepted: z.array(name).min(1) }),
  ])
  .nullable()
  .describe('how an access token is told from an ID token');

const claimValue = z.union([z.string(), z.number(), z.boolean()]);

/** One identity provider whose access tokens the session function takes. */
export const issuerSchema = z.strictObject({
  preset: z.enum(PRESET_NAMES).describe('rules of a known identity provider to start from'),
  issuer: url.describe('compared with the claim `iss` character by character'),
  jwksUrl: url.exactOptional().describe('default: `<issuer>/.well-known/jwks.json`'),
  audience,
  tenants,
  tokenType: tokenType.exactOptional(),
  requiredClaims: z
    .record(name, z.union([claimValue, z.array(claimValue).min(1)]))
    .exactOptional()
    .describe('claims that must be present with this value, or one of these'),
  roleClaim: name.exactOptional().describe("claim that names the person's role"),
  readerRoles: z
    .array(name)
    .max(20)
    .exactOptional()
    .describe("roles that may read everybody's private files of their tenant (`/u/<tenant>/`)"),
  deniedTenants: z
    .array(z.string().regex(TENANT_ID, TENANT_ID_TEXT))
    .exactOptional()
    .describe('tenants that get no grant, whatever the token says'),
  maxTokenAgeSeconds: z
    .int()
    .min(30)
    .max(86_400)
    .exactOptional()
    .describe('how long after `iat` a token is taken, whatever its `exp`'),
  pinnedJwks: z
    .string()
    .regex(/^(?!\/)[\w./-]+\.json$/, 'a .json file, relative to the environment file')
    .exactOptional()
    .describe('JWKS document baked in at synthesis, relative to the environment file'),
});
