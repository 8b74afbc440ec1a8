import * as z from 'zod/mini';
import { CLAIM_PATH_NAMES_MAX, type TokenIssuer } from '#access-token/token-issuer';
import { FILES_VARIABLES } from '#core/contract/files-variables';
import {
  CAP_TO_TOKEN_CHOICES,
  type CapToToken,
  GRANT_LIFETIME_SECONDS_MAX,
  REUSE_WINDOW_SECONDS_MAX,
} from '#core/contract/grant-limits';
import { SAME_SITE_CHOICES, type SameSite } from '#core/contract/same-site';
import { SESSION_VARIABLES } from '#core/contract/session-variables';
import {
  CUSTODIES,
  type Custody,
  PUBLISHED_KEYS_MAX,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
  SLOT_STATES,
  type SlotState,
} from '#core/contract/signing-slots';
import { InputError } from '#core/errors';
import { accept, type Outcome, refuse } from '#core/outcome';
import { Secret } from '#core/secret';
import { type ContentBaseUrl, parseContentBaseUrl } from '#core/signing/content-base-url';
import { isKeyPairId, type KeyPairId, parseKeyPairId } from '#core/signing/signer';
import { isTenantId } from '#core/tenancy/tenant-id';
import {
  ConfigurationError,
  type ConfigurationProblem,
  describeReceived,
} from './configuration-error';
import { isExactOrigin, isSafeUrl } from './safe-url';
import { problemsFromZod } from './zod-problems';

/**
 * The content of `settings.json` beside a function's bundle. It is written at synthesis and is
 * public, so it can contain no secret and no value that only Terraform knows.
 */
export interface FunctionSettings {
  readonly issuers: readonly TokenIssuer[];
  /** JWKS documents by issuer, as they were fetched. The verifier parses them. */
  readonly pinnedJwks: Readonly<Record<string, unknown>>;
  readonly appOrigins: readonly string[];
  readonly cookies: { readonly sameSite: SameSite };
  readonly grants: {
    readonly cookieLifetimeSeconds: number;
    readonly signedUrlLifetimeSeconds: number;
    readonly signedUrlBatchLifetimeSeconds: number;
    readonly reuseWindowSeconds: number;
    readonly shareAcrossSubjects: boolean;
    readonly capToToken: CapToToken;
  };
  /**
   * Allows plain HTTP to loopback hosts for issuers, pages and content. Only local environments set
   * it.
   */
  readonly allowLoopbackHttp: boolean;
}

/** A signing slot. Only the active one is used for signing. */
export interface SigningSlot {
  readonly slot: string;
  readonly state: SlotState;
  readonly custody: Custody;
  readonly keyPairId: KeyPairId;
  readonly kmsKeyId: string;
  readonly algorithm: SigningAlgorithm;
}

/** Values that only Terraform knows. The function gets them as environment variables. */
export interface SessionVariables {
  readonly contentBaseUrl: ContentBaseUrl;
  readonly signingSlots: readonly SigningSlot[];
  readonly activeSlot: SigningSlot;
  readonly originSecrets: readonly Secret[];
  readonly grantLogGroup: string;
}

const ORIGIN_SECRET = /^[\x21-\x7e]{32,256}$/;
const ORIGIN_SECRETS_TEXT = 'a JSON list of one or two secrets of 32 to 256 printable characters';
const LOG_GROUP = /^[A-Za-z0-9_\-/.#]{1,512}$/;

const text = z.string().check(z.minLength(1), z.maxLength(2048));
const texts = z.array(text).check(z.maxLength(200));
const claimPath = z.array(text).check(z.minLength(1), z.maxLength(CLAIM_PATH_NAMES_MAX));
const claimValue = z.union([z.string(), z.number(), z.boolean()]);
const tenantId = z.string().check(z.refine(isTenantId, 'a tenant id'));
const lifetime = (max: number): z.ZodMiniNumberFormat =>
  z.int().check(z.minimum(10), z.maximum(max));

const tokenIssuer = z.strictObject({
  issuer: text,
  jwksUrl: text,
  audience: z.nullable(
    z.strictObject({
      claim: z.enum(['aud', 'client_id', 'azp']),
      accepted: z.array(text).check(z.minLength(1), z.maxLength(200)),
      whenAbsent: z.enum(['refuse', 'accept']),
    }),
  ),
  tokenType: z.nullable(
    z.discriminatedUnion('from', [
      z.strictObject({ from: z.literal('claim'), claim: text, accepted: texts }),
      z.strictObject({ from: z.literal('header'), accepted: texts }),
    ]),
  ),
  presentClaims: texts,
  requiredClaims: z.array(z.strictObject({ claim: claimPath, accepted: z.array(claimValue) })),
  refusedClaimValues: z.array(
    z.strictObject({
      claim: claimPath,
      values: texts,
      reason: z.enum(['session-pending', 'claim-mismatch']),
    }),
  ),
  maxTokenAgeSeconds: z.int().check(z.minimum(1), z.maximum(86_400)),
  tenants: z.discriminatedUnion('from', [
    z.strictObject({
      from: z.literal('claim'),
      claims: z.array(claimPath).check(z.minLength(1), z.maxLength(8)),
      ignoredPrefix: z.nullable(text),
    }),
    z.strictObject({ from: z.literal('fixed'), tenant: tenantId }),
    z.strictObject({ from: z.literal('personal') }),
  ]),
  roleClaims: z.array(claimPath),
  rolePrefix: z.string(),
  readerRoles: texts,
  deniedTenants: z.array(tenantId),
  actorClaim: z.nullable(text),
});

const functionSettings = z.strictObject({
  issuers: z.array(tokenIssuer).check(z.minLength(1), z.maxLength(10)),
  pinnedJwks: z.record(z.string(), z.unknown()),
  appOrigins: z.array(text).check(z.maxLength(20)),
  cookies: z.strictObject({ sameSite: z.enum(SAME_SITE_CHOICES) }),
  grants: z.strictObject({
    cookieLifetimeSeconds: lifetime(GRANT_LIFETIME_SECONDS_MAX.cookies),
    signedUrlLifetimeSeconds: lifetime(GRANT_LIFETIME_SECONDS_MAX.signedUrl),
    signedUrlBatchLifetimeSeconds: lifetime(GRANT_LIFETIME_SECONDS_MAX.signedUrlBatch),
    reuseWindowSeconds: z.int().check(z.minimum(0), z.maximum(REUSE_WINDOW_SECONDS_MAX)),
    shareAcrossSubjects: z.boolean(),
    capToToken: z.enum(CAP_TO_TOKEN_CHOICES),
  }),
  allowLoopbackHttp: z.boolean(),
});

const signingSlots = z
  .array(
    z.strictObject({
      slot: text,
      state: z.enum(SLOT_STATES),
      custody: z.enum(CUSTODIES),
      keyPairId: z.string().check(z.refine(isKeyPairId, 'the id of a public key')),
      kmsKeyId: z
        .string()
        .check(z.regex(/^(?:arn:[\w-]+:kms:[\w-]+:\d{12}:key\/)?[\w-]{1,64}$/, 'a key id or ARN')),
      algorithm: z.enum(Object.values(SIGNING_ALGORITHMS)),
    }),
  )
  .check(z.minLength(1), z.maxLength(PUBLISHED_KEYS_MAX));

/** J-12, C-36: where plain HTTP is allowed depends on the whole document. */
function checkUrls({
  issuers,
  appOrigins,
  allowLoopbackHttp,
}: FunctionSettings): ConfigurationProblem[] {
  const http = allowLoopbackHttp ? ' (or http on loopback)' : '';
  const url = `an https URL${http}, without user and fragment`;
  const entries = [
    ...issuers.flatMap(({ issuer, jwksUrl }, index) => [
      { key: `issuers.${index}.issuer`, value: issuer, allowed: url, isGood: isSafeUrl },
      { key: `issuers.${index}.jwksUrl`, value: jwksUrl, allowed: url, isGood: isSafeUrl },
    ]),
    ...appOrigins.map((value, index) => ({
      key: `appOrigins.${index}`,
      value,
      allowed: `an exact https origin${http}, never a wildcard`,
      isGood: isExactOrigin,
    })),
  ];
  return entries
    .filter(({ value, isGood }) => !isGood(value, allowLoopbackHttp))
    .map(({ key, value, allowed }) => ({ key, received: describeReceived(value), allowed }));
}

/**
 * Parses the document `settings.json`.
 *
 * @throws {ConfigurationError} that names every wrong key with the received and the accepted values
 */
export function parseFunctionSettings(document: unknown): FunctionSettings {
  const parsed = z.safeParse(functionSettings, document);
  const problems = parsed.success
    ? checkUrls(parsed.data)
    : problemsFromZod(parsed.error.issues, document, () => []);
  if (!parsed.success || problems.length > 0) {
    throw new ConfigurationError('settings.json', problems);
  }
  return parsed.data;
}

type Variables = Readonly<Record<string, string | undefined>>;
type Attempt<T> = Outcome<T, readonly ConfigurationProblem[]>;

/**
 * Makes the error for one variable. The message says only whether a value was present, because the
 * value could be a secret by mistake.
 */
function failure(key: string, received: string | undefined, allowed: string): Attempt<never> {
  const shown = received === undefined ? 'nothing' : 'a value that does not fit';
  return refuse([{ key, received: shown, allowed }]);
}

function parseJson(value: string | undefined): unknown {
  try {
    return JSON.parse(value ?? '') as unknown;
  } catch {
    return undefined;
  }
}

function readContentBaseUrl(
  variables: Variables,
  allowLoopbackHttp: boolean,
): Attempt<ContentBaseUrl> {
  const key = SESSION_VARIABLES.contentBaseUrl;
  const received = variables[key];
  const allowed = `https://<host>${allowLoopbackHttp ? ', or http on loopback' : ''}, without a path`;
  if (received === undefined || (!allowLoopbackHttp && received.startsWith('http:'))) {
    return failure(key, received, allowed);
  }
  try {
    return accept(parseContentBaseUrl(received));
  } catch (error) {
    if (error instanceof InputError) return failure(key, received, allowed);
    throw error;
  }
}

function readSigningSlots(variables: Variables): Attempt<readonly SigningSlot[]> {
  const key = SESSION_VARIABLES.signingSlots;
  const document = parseJson(variables[key]);
  if (document === undefined) return failure(key, variables[key], 'a JSON list of signing slots');
  const parsed = z.safeParse(signingSlots, document);
  if (!parsed.success) {
    const problems = problemsFromZod(parsed.error.issues, document, () => []);
    return refuse(problems.map((one) => ({ ...one, key: `${key}.${one.key}` })));
  }
  const slots = parsed.data.map((slot) => ({
    ...slot,
    keyPairId: parseKeyPairId(slot.keyPairId),
  }));
  if (new Set(slots.map(({ keyPairId }) => keyPairId)).size !== slots.length) {
    return failure(key, variables[key], 'every keyPairId once');
  }
  return slots.filter(({ state }) => state === 'active').length === 1
    ? accept(slots)
    : failure(key, variables[key], 'exactly one slot with the state "active"');
}

function readOriginSecrets(variables: Variables): Attempt<readonly Secret[]> {
  const key = SESSION_VARIABLES.originSecrets;
  const list = parseJson(variables[key]);
  const isGood =
    Array.isArray(list) &&
    (list.length === 1 || list.length === 2) &&
    list.every((one): one is string => typeof one === 'string' && ORIGIN_SECRET.test(one));
  return isGood
    ? accept(list.map((secret) => new Secret(secret)))
    : failure(key, variables[key], ORIGIN_SECRETS_TEXT);
}

function readGrantLogGroup(variables: Variables): Attempt<string> {
  const key = SESSION_VARIABLES.grantLogGroup;
  const value = variables[key];
  return value !== undefined && LOG_GROUP.test(value)
    ? accept(value)
    : failure(key, value, 'the name of a CloudWatch log group');
}

function readSessionVariables(
  variables: Variables,
  allowLoopbackHttp: boolean,
): Attempt<SessionVariables> {
  const contentBaseUrl = readContentBaseUrl(variables, allowLoopbackHttp);
  const slots = readSigningSlots(variables);
  const secrets = readOriginSecrets(variables);
  const group = readGrantLogGroup(variables);
  const attempts: readonly Attempt<unknown>[] = [contentBaseUrl, slots, secrets, group];
  const problems = attempts.flatMap((attempt) => (attempt.ok ? [] : attempt.refusal));
  const activeSlot = slots.ok ? slots.value.find(({ state }) => state === 'active') : undefined;
  if (!(contentBaseUrl.ok && slots.ok && secrets.ok && group.ok) || activeSlot === undefined) {
    return refuse(problems);
  }
  return accept({
    contentBaseUrl: contentBaseUrl.value,
    signingSlots: slots.value,
    activeSlot,
    originSecrets: secrets.value,
    grantLogGroup: group.value,
  });
}

/**
 * Parses the environment variables of the session function. Errors never contain the values.
 *
 * @throws {ConfigurationError} that names every variable that cannot be used and the accepted
 * values
 */
export function parseSessionVariables(
  variables: Variables,
  { allowLoopbackHttp }: { allowLoopbackHttp: boolean },
): SessionVariables {
  const read = readSessionVariables(variables, allowLoopbackHttp);
  if (!read.ok) throw new ConfigurationError('environment variables', read.refusal);
  return read.value;
}

/** What the files function gets in addition, because only Terraform knows it. */
export interface FilesVariables extends SessionVariables {
  /** Name of the DynamoDB table with the records of files. */
  readonly fileTable: string;
  /** Name of the bucket with the content. */
  readonly contentBucket: string;
  /** Id of the distribution whose copies of deleted files are removed. */
  readonly distributionId: string;
}

const FILES_VARIABLE_RULES = {
  fileTable: { pattern: /^[\w.-]{3,255}$/, allowed: 'the name of a DynamoDB table' },
  contentBucket: { pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, allowed: 'the name of a bucket' },
  distributionId: { pattern: /^[A-Z0-9]{1,32}$/, allowed: 'the id of a CloudFront distribution' },
} as const;

function readFilesVariable(
  variables: Variables,
  name: keyof typeof FILES_VARIABLE_RULES,
): Attempt<string> {
  const key = FILES_VARIABLES[name];
  const value = variables[key];
  const { pattern, allowed } = FILES_VARIABLE_RULES[name];
  return value !== undefined && pattern.test(value) ? accept(value) : failure(key, value, allowed);
}

/**
 * Parses the environment variables of the files function. Errors never contain the values.
 *
 * @throws {ConfigurationError} that names every variable that cannot be used and the accepted
 * values
 */
export function parseFilesVariables(
  variables: Variables,
  { allowLoopbackHttp }: { allowLoopbackHttp: boolean },
): FilesVariables {
  const signing = readSessionVariables(variables, allowLoopbackHttp);
  const table = readFilesVariable(variables, 'fileTable');
  const bucket = readFilesVariable(variables, 'contentBucket');
  const distribution = readFilesVariable(variables, 'distributionId');
  if (signing.ok && table.ok && bucket.ok && distribution.ok) {
    const own = { fileTable: table.value, contentBucket: bucket.value };
    return { ...signing.value, ...own, distributionId: distribution.value };
  }
  const attempts: readonly Attempt<unknown>[] = [signing, table, bucket, distribution];
  const problems = attempts.flatMap((attempt) => (attempt.ok ? [] : attempt.refusal));
  throw new ConfigurationError('environment variables', problems);
}
