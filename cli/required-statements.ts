import type { ProcessEnvironment } from '#aws/endpoints';
import { type AccessRequest, evaluateResourcePolicy } from '#aws/resource-policy';
import type { DeploymentRecord } from '#configuration/deployment-record';
import type { Environment } from '#configuration/environment';
import {
  contentDecryptStatement,
  contentReadStatement,
  type RequiredStatement,
} from '#configuration/required-statements';
import { UnreachableError } from './unreachable-error';

/**
 * Reads the policies of an existing bucket and key as JSON text. If there is no policy, it returns
 * an empty one.
 */
export interface PolicyReader {
  bucketPolicy(bucket: { readonly name: string; readonly region: string }): Promise<string>;
  keyPolicy(keyArn: string): Promise<string>;
}

/** An existing bucket or key whose policy does not give the access that the environment needs. */
export interface StatementProblem {
  /** ARN of the bucket or key. */
  readonly owner: string;
  readonly problem: string;
  /** The statement that the policy needs. */
  readonly statement: RequiredStatement;
}

interface Owned {
  readonly owner: string;
  readonly policy: string;
  readonly statement: RequiredStatement;
  /** One example for each resource that the statement must allow. */
  readonly probes: readonly string[];
}

const EMPTY_POLICY = '{"Statement":[]}';
const PROBE_NAME = 'edgepass-check/x';

/**
 * Builds a request of CloudFront for this distribution, or for another one in the same account.
 */
function asking({ statement }: Owned, resource: string, sourceArn: string): AccessRequest {
  return {
    principal: { kind: 'service', service: statement.Principal.Service },
    action: statement.Action,
    resource,
    context: {
      'aws:sourcearn': sourceArn,
      'aws:sourceaccount': sourceArn.split(':')[4] ?? '',
      'aws:securetransport': 'true',
    },
  };
}

function judge(owned: Owned, distributionArn: string): StatementProblem[] {
  const { owner, policy, statement, probes } = owned;
  const decide = (resource: string, sourceArn: string): string =>
    evaluateResourcePolicy(policy, asking(owned, resource, sourceArn));
  const closed = probes.filter((resource) => decide(resource, distributionArn) !== 'allow');
  const wide = probes.filter((resource) => decide(resource, `${distributionArn}OTHER`) === 'allow');
  const problems: StatementProblem[] = [];
  if (closed.length > 0) {
    const problem = `the distribution may not ${statement.Action} ${closed.join(', ')}`;
    problems.push({ owner, problem: `missing ${statement.Sid}: ${problem}`, statement });
  }
  if (wide.length > 0) {
    const problem = `every distribution of the account may ${statement.Action} ${wide.join(', ')}`;
    problems.push({ owner, problem: `too wide: ${problem}`, statement });
  }
  return problems;
}

async function ownedBucket(
  { content, publicPrefix, region }: Environment,
  { distribution }: DeploymentRecord,
  reader: PolicyReader,
): Promise<Owned[]> {
  if (content.existingBucket === undefined) return [];
  const owner = `arn:aws:s3:::${content.existingBucket.name}`;
  const statement = contentReadStatement({
    bucketArn: owner,
    distributionArn: distribution.arn,
    publicPrefix,
  });
  const probes = [statement.Resource].flat().map((pattern) => pattern.replace(/\*$/, PROBE_NAME));
  const policy = await reader.bucketPolicy({ region, ...content.existingBucket });
  return [{ owner, policy, statement, probes }];
}

async function ownedKey(
  { content }: Environment,
  { distribution }: DeploymentRecord,
  reader: PolicyReader,
): Promise<Owned[]> {
  const { existingKmsKeyArn: owner } = content;
  if (owner === undefined) return [];
  const statement = contentDecryptStatement(distribution.arn);
  return [{ owner, policy: await reader.keyPolicy(owner), statement, probes: [owner] }];
}

/** Returns whether an environment uses an existing bucket for content or an existing key. */
export function bringsItsOwn({ content }: Environment): boolean {
  return content.existingBucket !== undefined || content.existingKmsKeyArn !== undefined;
}

/**
 * Finds what the policies of the existing bucket and key do not allow, and whether they allow other
 * distributions (S-02, S-05). It evaluates the policies, so it does not matter how they are
 * written.
 *
 * @throws {UnreachableError} when a policy cannot be read
 */
export async function findStatementProblems(
  environment: Environment,
  deployment: DeploymentRecord,
  reader: PolicyReader,
): Promise<StatementProblem[]> {
  const owned = [
    ...(await ownedBucket(environment, deployment, reader)),
    ...(await ownedKey(environment, deployment, reader)),
  ];
  return owned.flatMap((one) => judge(one, deployment.distribution.arn));
}

async function read(owner: string, ask: () => Promise<string | undefined>): Promise<string> {
  try {
    return (await ask()) ?? EMPTY_POLICY;
  } catch (error) {
    const name = error instanceof Error ? error.name : 'no answer';
    if (name === 'NoSuchBucketPolicy') return EMPTY_POLICY;
    throw new UnreachableError(`the policy of ${owner} cannot be read: ${name}`);
  }
}

/** Creates a reader for policies in AWS, or in the emulator that the variables name. */
export function createPolicyReader(variables: ProcessEnvironment): PolicyReader {
  return {
    bucketPolicy: ({ name, region }) =>
      read(name, async () => {
        const { GetBucketPolicyCommand } = await import('@aws-sdk/client-s3');
        const { createAwsClients } = await import('#aws/clients');
        const { s3 } = createAwsClients({ ...variables, AWS_REGION: region });
        const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket: name }));
        return Policy;
      }),
    keyPolicy: (keyArn) =>
      read(keyArn, async () => {
        const [, , , region = ''] = keyArn.split(':');
        const { GetKeyPolicyCommand } = await import('@aws-sdk/client-kms');
        const { createAwsClients } = await import('#aws/clients');
        const { kms } = createAwsClients({ ...variables, AWS_REGION: region });
        const { Policy } = await kms.send(
          new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default' }),
        );
        return Policy;
      }),
  };
}
