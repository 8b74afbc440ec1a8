import { z } from 'zod';
import { PRESET_NAMES } from '#access-token/presets';
import { TENANT_ID, TENANT_ID_TEXT } from '#core/contract/identifiers';

const URL_TEXT =
  'an absolute https URL without user, query or fragment (http only to loopback, with target "emulator")';

const url = z
  .string()
  .max(1000)
  .regex(/^https?:\/\/[^\s/?#@\\]+(?:\/[^\s?#\\]*)?$/, { error: URL_TEXT, abort: true })
  .refine((value) => URL.canParse(value), URL_TEXT);

const name = z.string().min(1).max(200);

const audience = z
  .strictObject({
    claim: z
      .enum(['aud', 'client_id', 'azp'])
      .exactOptional()
      .describe('claim with the audience; default: the claim of the preset'),
    accepted: z.array(name).min(1).max(20).describe('accepted values, compared exactly'),
    whenAbsent: z
      .enum(['refuse', 'accept'])
      .exactOptional()
      .describe('what happens to a token without the claim; default: it is refused'),
  })
  .nullable()
  .describe('the audience that a token must have; `null` switches the check off');

const tenants = z
  .discriminatedUnion('from', [
    z.strictObject({
      from: z.literal('claim'),
      claim: name
        .exactOptional()
        .describe(
          'name of the claim; a dot leads to a member inside (`o.id`); default: the claim of the preset',
        ),
    }),
    z.strictObject({
      from: z.literal('fixed'),
      tenant: z.string().regex(TENANT_ID, TENANT_ID_TEXT),
    }),
    z.strictObject({ from: z.literal('personal') }),
  ])
  .describe(
    'where the tenants of a signed-in person come from: a claim, one fixed tenant, or a personal tenant for each person; there is no default',
  );

const accepted = z.array(name).min(1).max(200);

const tokenType = z
  .discriminatedUnion('from', [
    z.strictObject({ from: z.literal('claim'), claim: name, accepted }),
    z.strictObject({ from: z.literal('header'), accepted }),
  ])
  .nullable()
  .describe('how an access token is distinguished from an ID token');

const claimValue = z.union([z.string(), z.number(), z.boolean()]);

/** Schema of one identity provider whose access tokens the session function accepts. */
export const issuerSchema = z.strictObject({
  preset: z
    .enum(PRESET_NAMES)
    .describe('identity provider whose rules are the defaults for this issuer'),
  issuer: url.describe('exact value of the claim `iss`; every character is compared'),
  jwksUrl: url.exactOptional().describe('default: `<issuer>/.well-known/jwks.json`'),
  audience,
  tenants,
  tokenType: tokenType.exactOptional(),
  requiredClaims: z
    .record(name, z.union([claimValue, z.array(claimValue).min(1)]))
    .exactOptional()
    .describe('claims that must be present with this value, or one of these'),
  roleClaim: name.exactOptional().describe("claim that contains the person's role"),
  readerRoles: z
    .array(name)
    .max(20)
    .exactOptional()
    .describe(
      'roles that may read the private files of everybody in their tenant (`/u/<tenant>/`)',
    ),
  deniedTenants: z
    .array(z.string().regex(TENANT_ID, TENANT_ID_TEXT))
    .exactOptional()
    .describe('tenants that never receive a grant, even if a token names them'),
  maxTokenAgeSeconds: z
    .int()
    .min(30)
    .max(86_400)
    .exactOptional()
    .describe('maximum age of a token in seconds since `iat`, even if `exp` is later'),
  pinnedJwks: z
    .string()
    .regex(/^(?!\/)[\w./-]+\.json$/, 'a .json file, relative to the environment file')
    .exactOptional()
    .describe(
      'path of a JWKS file that is included at synthesis, relative to the environment file',
    ),
});
