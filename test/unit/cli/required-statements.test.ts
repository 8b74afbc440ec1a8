import { bringsItsOwn, findStatementProblems, type PolicyReader } from '#cli/required-statements';
import type { DeploymentRecord } from '#configuration/deployment-record';
import type { Environment } from '#configuration/environment';
import { loadEnvironment } from '#configuration/load-environment';
import { contentDecryptStatement, contentReadStatement } from '#configuration/required-statements';

const BUCKET = 'arn:aws:s3:::ours';
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1';
const DISTRIBUTION = 'arn:aws:cloudfront::123456789012:distribution/E1';

const example = loadEnvironment({ selection: 'example', projectFolder: process.cwd() }).environment;
const environmentWith = (content: Partial<Environment['content']>): Environment => ({
  ...example,
  content: { encryption: 's3', ...content },
});
const both = environmentWith({ existingBucket: { name: 'ours' }, existingKmsKeyArn: KEY });

const deployment = {
  distribution: { id: 'E1', arn: DISTRIBUTION, domainName: 'd1.cloudfront.net' },
} as DeploymentRecord;

const read = contentReadStatement({
  bucketArn: BUCKET,
  distributionArn: DISTRIBUTION,
  publicPrefix: true,
});
const decrypt = contentDecryptStatement(DISTRIBUTION);

const policyOf = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement });
const reading = (bucketPolicy: string, keyPolicy = policyOf(decrypt)): PolicyReader => ({
  bucketPolicy: () => Promise.resolve(bucketPolicy),
  keyPolicy: () => Promise.resolve(keyPolicy),
});

async function problemsOf(reader: PolicyReader, environment = both): Promise<string[]> {
  const problems = await findStatementProblems(environment, deployment, reader);
  return problems.map(({ owner, problem }) => `${owner}: ${problem}`);
}

it('S-02, S-05: policies with the statements that the stack prints are complete', async () => {
  expect(await problemsOf(reading(policyOf(read)))).toEqual([]);
});

it('S-02: a statement that opens more than is needed counts, as long as it names the distribution', async () => {
  const whole = { ...read, Sid: 'Whole', Resource: `${BUCKET}/*` };

  expect(await problemsOf(reading(policyOf(whole)))).toEqual([]);
});

it.each([
  ['no statement at all', policyOf()],
  [
    'another distribution',
    policyOf({ ...read, Condition: { StringEquals: { 'AWS:SourceArn': `${DISTRIBUTION}2` } } }),
  ],
  ['another action', policyOf({ ...read, Action: 's3:ListBucket' })],
  ['another principal', policyOf({ ...read, Principal: { AWS: '123456789012' } })],
  [
    'a condition nobody knows',
    policyOf({
      ...read,
      Condition: { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } },
    }),
  ],
  ['a statement that forbids it again', policyOf(read, { ...read, Effect: 'Deny' })],
])('S-02: %s is a missing statement', async (_name, policy) => {
  expect(await problemsOf(reading(policy))).toEqual([
    `${BUCKET}: missing DistributionReadsContent: the distribution may not s3:GetObject ` +
      `${BUCKET}/t/edgepass-check/x, ${BUCKET}/u/edgepass-check/x, ${BUCKET}/public/edgepass-check/x`,
  ]);
});

it('S-03: only the prefix that is missing is named', async () => {
  const policy = policyOf({ ...read, Resource: [`${BUCKET}/t/*`, `${BUCKET}/public/*`] });

  expect(await problemsOf(reading(policy))).toEqual([
    `${BUCKET}: missing DistributionReadsContent: the distribution may not s3:GetObject ${BUCKET}/u/edgepass-check/x`,
  ]);
});

it.each([
  ['no condition', { Condition: {} }],
  ['the account alone', { Condition: { StringEquals: { 'AWS:SourceAccount': '123456789012' } } }],
  ['a wildcard', { Condition: { ArnLike: { 'AWS:SourceArn': `${DISTRIBUTION}*` } } }],
])('S-02: %s lets every distribution of the account in', async (_name, change) => {
  const [problem = '', ...others] = await problemsOf(reading(policyOf({ ...read, ...change })));

  expect(others).toEqual([]);
  expect(problem).toMatch(/^arn:aws:s3:::ours: too wide: every distribution of the account may/);
});

it('S-05: a key policy without the statement is named with the key', async () => {
  const administration = {
    Effect: 'Allow',
    Principal: { AWS: '123456789012' },
    Action: 'kms:*',
    Resource: '*',
  };

  expect(await problemsOf(reading(policyOf(read), policyOf(administration)))).toEqual([
    `${KEY}: missing DistributionDecryptsContent: the distribution may not kms:Decrypt ${KEY}`,
  ]);
});

it('nothing is read of what the environment made itself', async () => {
  const never: PolicyReader = {
    bucketPolicy: () => Promise.reject(new Error('read')),
    keyPolicy: () => Promise.reject(new Error('read')),
  };

  expect(bringsItsOwn(environmentWith({}))).toBe(false);
  expect(bringsItsOwn(both)).toBe(true);
  expect(await problemsOf(never, environmentWith({}))).toEqual([]);
});
