import * as z from 'zod/mini';
import { CUSTODIES, SLOT_STATES } from '#core/contract/signing-slots';
import { ConfigurationError } from './configuration-error';
import { problemsFromZod } from './zod-problems';

const RECORD_BYTES_MAX = 4096;

const text = z.string().check(z.minLength(1));

const logObjects = z.object({
  bucket: text,
  prefix: z.string().check(z.regex(/^[a-z0-9-]+\/$/, 'one folder, e.g. "traffic/"')),
});

const recordSchema = z.object({
  version: z.literal(1),
  environment: text,
  target: z.enum(['aws', 'emulator']),
  region: text,
  accountId: z.string().check(z.regex(/^\d{12}$/, '12 digits')),
  contentBaseUrl: text,
  distribution: z.object({ id: text, arn: text, domainName: text }),
  keyGroupId: text,
  signingSlots: z
    .array(
      z.object({
        slot: text,
        state: z.enum(SLOT_STATES),
        custody: z.enum(CUSTODIES),
        keyPairId: text,
        kmsKeyId: text,
      }),
    )
    .check(z.minLength(1)),
  buckets: z.object({
    content: z.object({ name: text, regionalDomainName: text, arn: text }),
    logs: z.object({ name: text, arn: text }),
  }),
  api: z.object({ id: text, endpointHost: text }),
  functions: z.object({ session: text, files: z.optional(text), viewerGuard: text }),
  logGroups: z.object({ session: text, files: z.optional(text), issuedGrants: text }),
  /** The DynamoDB table with the records of files. */
  fileTable: z.optional(text),
  logs: z.object({
    traffic: logObjects,
    issuedGrants: logObjects,
    evidence: z.optional(logObjects),
    v1: z.optional(logObjects),
    database: text,
    workgroup: text,
  }),
  appOrigins: z.array(text),
});

/**
 * What an environment deployed: ids, host names and slots, but no secrets. Members may be added but
 * never renamed, because other versions of the programs read it.
 */
export type DeploymentRecord = z.output<typeof recordSchema>;

/** Name of the SSM parameter with the deployment record of an environment. */
export function deploymentParameterName(environmentName: string): string {
  return `/edgepass/${environmentName}/deployment`;
}

/**
 * Name of the SSM parameter in us-east-1 that reserves an environment name in an account for one
 * deployment.
 */
export function claimParameterName(environmentName: string): string {
  return `/edgepass/${environmentName}/claim`;
}

/** Name of the SSM parameter with one slot of the origin secret. */
export function originSecretParameterName(environmentName: string, slot: string): string {
  return `/edgepass/${environmentName}/origin-secret/${slot}`;
}

/**
 * Name of the SSM parameter that says that a family of resources is kept on destroy. Without a
 * family: the path of the folder of all these parameters.
 */
export function keptParameterName(environmentName: string, family: string): string {
  return `/edgepass/${environmentName}/kept${family === '' ? '' : `/${family}`}`;
}

/**
 * Parses the value of the SSM parameter.
 *
 * @throws {ConfigurationError} that names every member that is missing or cannot be used
 */
export function parseDeploymentRecord(value: string): DeploymentRecord {
  const source = 'deployment record';
  if (value.length > RECORD_BYTES_MAX) {
    const received = `${value.length} characters`;
    throw new ConfigurationError(source, [
      { key: '', received, allowed: `at most ${RECORD_BYTES_MAX}` },
    ]);
  }
  let document: unknown;
  try {
    document = JSON.parse(value);
  } catch {
    throw new ConfigurationError(source, [
      { key: '', received: 'a syntax error', allowed: 'JSON' },
    ]);
  }
  const result = recordSchema.safeParse(document);
  if (result.success) return result.data;
  const problems = problemsFromZod(result.error.issues, document, () => []);
  throw new ConfigurationError(source, problems);
}
