import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { type CheckId, CHECKLIST } from '#cli/check/checklist';
import { runCheck } from '#cli/check/run-check';
import { openEnvironment } from '#cli/deployed-environment';
import { EXIT } from '#cli/exit-codes';
import { NothingDeployedError } from '#cli/unreachable-error';
import { InputError } from '#core/errors';
import { type Answers, DEPLOYMENT, makeContext, makeDeployed, NOW } from '../command-fixture';

jest.mock('#cli/deployed-environment', () => ({
  ...jest.requireActual<object>('#cli/deployed-environment'),
  openEnvironment: jest.fn(),
}));
type LogAnswer = (logGroupName: string) => object;

/** Answers of CloudWatch Logs by the name of the command, or made from what is asked. */
let logAnswers: Record<string, object | LogAnswer>;

const TOKEN = 'header.hunter2-canary.signature';
const { distribution, buckets, keyGroupId, accountId } = DEPLOYMENT;

const statement = {
  Effect: 'Allow',
  Principal: { Service: 'cloudfront.amazonaws.com' },
  Action: 's3:GetObject',
  Resource: [`${buckets.content.arn}/t/*`, `${buckets.content.arn}/u/*`],
  Condition: { StringEquals: { 'AWS:SourceArn': distribution.arn } },
};
const SOURCE = {
  name: 'edgepass-example-access-logs',
  arn: `arn:aws:logs:us-east-1:${accountId}:delivery-source:edgepass-example-access-logs`,
  logType: 'ACCESS_LOGS',
  resourceArns: [distribution.arn],
};
const DESTINATION = {
  arn: `arn:aws:logs:us-east-1:${accountId}:delivery-destination:edgepass-example-traffic`,
  deliveryDestinationConfiguration: { destinationResourceArn: `${buckets.logs.arn}/traffic` },
};
const delivery = { deliverySourceName: SOURCE.name, deliveryDestinationArn: DESTINATION.arn };
const logStatement = {
  Effect: 'Allow',
  Principal: { Service: 'delivery.logs.amazonaws.com' },
  Action: 's3:PutObject',
  Resource: `${buckets.logs.arn}/traffic/*`,
  Condition: {
    StringEquals: {
      's3:x-amz-acl': 'bucket-owner-full-control',
      'aws:SourceAccount': accountId,
    },
    ArnLike: { 'aws:SourceArn': SOURCE.arn },
  },
};
const policyOf = (...Statement: readonly object[]): object => ({
  Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
});

const trusted = { TrustedKeyGroups: { Enabled: true, Items: [keyGroupId] } };
const origin = {
  Id: 'content',
  DomainName: buckets.content.regionalDomainName,
  OriginAccessControlId: 'E2OAC',
  S3OriginConfig: { OriginAccessIdentity: '' },
};
const distributionWith = (change: object = {}): object => ({
  DistributionConfig: {
    Origins: { Items: [origin] },
    DefaultCacheBehavior: trusted,
    CacheBehaviors: {
      Items: [
        { PathPattern: '/api/*' },
        { PathPattern: '/t/*', ...trusted },
        { PathPattern: '/public/*' },
      ],
    },
    ...change,
  },
});

const blocks = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

const GOOD: Answers = {
  GetPublicAccessBlockCommand: { PublicAccessBlockConfiguration: blocks },
  GetDistributionConfigCommand: distributionWith(),
  GetBucketPolicyCommand: policyOf(statement, logStatement),
  DescribeKeyCommand: { KeyMetadata: { Origin: 'AWS_KMS', KeyUsage: 'SIGN_VERIFY' } },
  ListObjectsV2Command: { Contents: [{ LastModified: new Date(NOW * 1_000) }] },
  ...Object.fromEntries(
    [
      'PublicKey',
      'KeyGroup',
      'CachePolic',
      'OriginRequestPolic',
      'ResponseHeadersPolic',
      'Function',
      'OriginAccessControl',
      'Distribution',
    ].map((kind) => [
      `List${kind.replace(/c$/, 'cie')}sCommand`,
      { [`${kind.replace(/c$/, 'cy')}List`]: { Items: [] } },
    ]),
  ),
};

interface Asked {
  readonly token: string | undefined;
  readonly body: string | undefined;
}

/** A deployed session API and bucket as they should be, unless told otherwise. */
let answerSession: (asked: Asked) => Response;
let bucketStatus: number;

const session = (status: number, body: object = {}, cookies: readonly string[] = []): Response => {
  const headers = new Headers({ 'content-type': 'application/json' });
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  return new Response(JSON.stringify(body), { status, headers });
};

const answerWell = ({ token, body }: Asked): Response => {
  if (token === undefined) return session(401);
  if (body !== undefined) return session(403);
  const expiresAt = '2026-01-01T18:00:00Z';
  return session(200, { refreshAt: '2026-01-01T17:59:00Z', grants: [{ expiresAt }] });
};

beforeEach(() => {
  answerSession = answerWell;
  bucketStatus = 403;
  logAnswers = {
    DescribeLogGroupsCommand: (logGroupName) => ({
      logGroups: [{ logGroupName, retentionInDays: 90 }],
    }),
    DescribeDeliverySourcesCommand: { deliverySources: [SOURCE] },
    FilterLogEventsCommand: { events: [{ timestamp: NOW * 1_000 - 5_400_000 }] },
    DescribeDeliveriesCommand: { deliveries: [delivery] },
    DescribeDeliveryDestinationsCommand: { deliveryDestinations: [DESTINATION] },
  };
  jest.spyOn(CloudWatchLogsClient.prototype, 'send').mockImplementation((command): object => {
    const answer = logAnswers[command.constructor.name] ?? {};
    if (answer instanceof Error) throw answer;
    const { logGroupNamePrefix = '' } = command.input as { logGroupNamePrefix?: string };
    return typeof answer === 'function' ? (answer as LogAnswer)(logGroupNamePrefix) : answer;
  });
  jest.spyOn(globalThis, 'fetch').mockImplementation((url, init) => {
    const address = url instanceof Request ? url.url : url.toString();
    if (!address.endsWith('/api/session'))
      return Promise.resolve(new Response('', { status: bucketStatus }));
    const token = new Headers(init?.headers).get('authorization') ?? undefined;
    return Promise.resolve(answerSession({ token, body: init?.body as string | undefined }));
  });
});

async function check(
  answers: Answers = {},
  options: {
    only?: CheckId;
    token?: string;
    target?: 'aws' | 'emulator';
    deployment?: typeof DEPLOYMENT;
  } = {},
): Promise<{ exitCode: number; lines: string[]; text: string }> {
  const { only, token = TOKEN, target = 'aws', deployment = DEPLOYMENT } = options;
  const deployed = makeDeployed({ ...GOOD, ...answers }, { deployment });
  const environment = { ...deployed.environment, target };
  jest.mocked(openEnvironment).mockResolvedValue({ ...deployed, environment });
  const made = makeContext(token === '' ? {} : { EDGEPASS_CHECK_TOKEN: token });
  const exitCode = await runCheck(made.context, only === undefined ? {} : { only });
  const text = made.printed();
  return { exitCode, text, lines: text.split('\n').filter((line) => /^\S/.test(line)) };
}

describe('edgepass check', () => {
  it('passes an environment as it should be, on every point', async () => {
    const { exitCode, lines } = await check();
    expect(lines.filter((line) => !line.startsWith('pass'))).toEqual([]);
    expect(lines).toHaveLength(CHECKLIST.length);
    expect(exitCode).toBe(EXIT.done);
  });

  it('shows with each the command that shows the same by hand, filled in', async () => {
    const { text } = await check();
    expect(text.match(/^ +\$ /gm)).toHaveLength(CHECKLIST.length);
    expect(text).toContain('aws s3api get-public-access-block --bucket content-bucket');
    expect(text).not.toMatch(/<content|<distribution>|<session/);
  });

  it('K-01: never shows the token', async () => {
    expect((await check()).text).not.toContain('canary');
  });

  it('says what it cannot check without a token, and passes the rest', async () => {
    const { exitCode, lines } = await check({}, { token: '' });
    const unknown = lines.filter((line) => line.startsWith('cannot be checked'));
    expect(unknown).toHaveLength(2);
    expect(unknown.every((line) => line.includes('EDGEPASS_CHECK_TOKEN'))).toBe(true);
    expect(exitCode).toBe(EXIT.done);
  });

  it('passes nothing of which it could not ask', async () => {
    const refused = new Error('AccessDenied');
    const answers = Object.fromEntries(Object.keys(GOOD).map((name) => [name, refused]));
    jest.mocked(fetch).mockRejectedValue(new Error('no route'));
    const { lines } = await check(answers);
    const passed = lines
      .filter((line) => line.startsWith('pass'))
      .map((line) => line.split(/ +/)[1]);
    expect(passed).toEqual(['short-expiry']);
  });

  it('knows only its own checks', async () => {
    await expect(check({}, { only: 'everything' as CheckId })).rejects.toThrow(InputError);
    await expect(check({}, { only: 'everything' as CheckId })).rejects.toThrow('direct-s3');
  });

  it.each(CHECKLIST.map(({ id }) => id))('runs %s alone', async (id) => {
    const { lines } = await check({}, { only: id });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(id);
  });
});

describe('edgepass check before the first deployment', () => {
  const nothing = new NothingDeployedError('environment example has deployed nothing yet');
  const before = (only: CheckId | undefined, functions: number): Promise<number> => {
    jest.mocked(openEnvironment).mockRejectedValue(nothing);
    jest.spyOn(CloudFrontClient.prototype, 'send').mockImplementation((command): object => {
      const answer = GOOD[command.constructor.name] as object;
      const isFull = command.constructor.name === 'ListFunctionsCommand';
      return isFull ? { FunctionList: { Items: Array(functions).fill({}) } } : answer;
    });
    const { context } = makeContext();
    return runCheck(context, { environment: 'example', ...(only && { only }) });
  };

  it('says whether the account has room', async () => {
    expect(await before('quotas', 98)).toBe(EXIT.done);
    expect(await before('quotas', 99)).toBe(EXIT.refused);
    expect(await before(undefined, 99)).toBe(EXIT.refused);
  });

  it('passes nothing else', async () => {
    await expect(before(undefined, 0)).rejects.toThrow(nothing);
    await expect(before('direct-s3', 99)).rejects.toThrow(nothing);
  });
});

describe('edgepass check fails', () => {
  it.each<[string, CheckId, Answers]>([
    [
      'S-01: a public-access block that is off',
      'public-access-block',
      {
        GetPublicAccessBlockCommand: {
          PublicAccessBlockConfiguration: { ...blocks, IgnorePublicAcls: false },
        },
      },
    ],
    [
      'S-01: no public-access block at all',
      'public-access-block',
      { GetPublicAccessBlockCommand: {} },
    ],
    [
      'S-02: a bucket origin without access control',
      'oac-only',
      {
        GetDistributionConfigCommand: distributionWith({
          Origins: { Items: [{ ...origin, OriginAccessControlId: '' }] },
        }),
      },
    ],
    [
      'S-02: a legacy identity beside it',
      'oac-only',
      {
        GetDistributionConfigCommand: distributionWith({
          Origins: { Items: [{ ...origin, S3OriginConfig: { OriginAccessIdentity: 'x' } }] },
        }),
      },
    ],
    [
      'S-02: a distribution that does not use the bucket',
      'oac-only',
      { GetDistributionConfigCommand: distributionWith({ Origins: { Items: [] } }) },
    ],
    [
      'S-02: any distribution of the account',
      'one-distribution',
      {
        GetBucketPolicyCommand: policyOf({
          ...statement,
          Condition: { StringEquals: { 'AWS:SourceAccount': DEPLOYMENT.accountId } },
        }),
      },
    ],
    [
      'S-02: distributions by wildcard',
      'one-distribution',
      {
        GetBucketPolicyCommand: policyOf({
          ...statement,
          Condition: {
            ArnLike: { 'AWS:SourceArn': 'arn:aws:cloudfront::111122223333:distribution/*' },
          },
        }),
      },
    ],
    ['S-02: nobody may read', 'one-distribution', { GetBucketPolicyCommand: policyOf() }],
    [
      'C-52: a behaviour without the key group',
      'key-group',
      { GetDistributionConfigCommand: distributionWith({ DefaultCacheBehavior: {} }) },
    ],
    [
      'C-05: a behaviour with another key group',
      'key-group',
      {
        GetDistributionConfigCommand: distributionWith({
          DefaultCacheBehavior: { TrustedKeyGroups: { Enabled: true, Items: ['kg-2'] } },
        }),
      },
    ],
    [
      'K-01: a key that was imported',
      'private-key',
      { DescribeKeyCommand: { KeyMetadata: { Origin: 'EXTERNAL', KeyUsage: 'SIGN_VERIFY' } } },
    ],
    [
      'S-01: a bucket that everybody may read',
      'direct-s3',
      { GetBucketPolicyCommand: policyOf({ ...statement, Principal: '*', Condition: undefined }) },
    ],
  ])('%s', async (_title, only, answers) => {
    const { exitCode, lines } = await check(answers, { only });
    expect(lines).toEqual([expect.stringMatching(/^FAIL /)]);
    expect(exitCode).toBe(EXIT.refused);
  });

  it.each<[string, CheckId, (asked: Asked) => Response]>([
    ['J-18: a session without a token', 'authentication', () => session(200)],
    ['C-35: a cookie without a token', 'authentication', () => session(401, {}, ['a=b'])],
    ['C-25: a foreign tenant', 'ownership', () => session(200, { grants: [] })],
    [
      'C-25: a signature for a foreign tenant',
      'ownership',
      ({ body }) =>
        session(body === undefined ? 200 : 403, {}, ['CloudFront-Signature=x; Path=/t/x/']),
    ],
    ['C-25: a token that opens nothing at all', 'ownership', () => session(403)],
    [
      'C-39: renewal after the expiry',
      'renewal',
      () => {
        const late = '2026-01-01T18:00:00Z';
        return session(200, { refreshAt: late, grants: [{ expiresAt: late }] });
      },
    ],
    ['C-39: no session to renew', 'renewal', () => session(503)],
  ])('%s', async (_title, only, answer) => {
    answerSession = answer;
    const { exitCode, lines } = await check({}, { only });
    expect(lines).toEqual([expect.stringMatching(/^FAIL /)]);
    expect(exitCode).toBe(EXIT.refused);
  });

  it('S-01: a bucket that answers strangers, whatever its policy says', async () => {
    bucketStatus = 200;
    expect((await check({}, { only: 'direct-s3' })).exitCode).toBe(EXIT.refused);
    // The emulator enforces no policy, so there its answer means nothing.
    const local = await check({}, { only: 'direct-s3', target: 'emulator' });
    expect(local.exitCode).toBe(EXIT.done);
  });

  it.each<[string, typeof logAnswers]>([
    [
      'K-04: a log group that is missing',
      { DescribeLogGroupsCommand: { logGroups: [{ logGroupName: 'another' }] } },
    ],
    [
      'K-04: a log group that keeps lines for ever',
      {
        DescribeLogGroupsCommand: (logGroupName: string) => ({ logGroups: [{ logGroupName }] }),
      },
    ],
    ['J-18: no source of logs', { DescribeDeliverySourcesCommand: {} }],
    [
      "J-18: another distribution's source",
      {
        DescribeDeliverySourcesCommand: {
          deliverySources: [{ ...SOURCE, resourceArns: [`${distribution.arn}2`] }],
        },
      },
    ],
    [
      'J-18: a source of other logs',
      { DescribeDeliverySourcesCommand: { deliverySources: [{ ...SOURCE, logType: 'OTHER' }] } },
    ],
    ['J-18: a source that is delivered nowhere', { DescribeDeliveriesCommand: {} }],
    [
      "J-18: another source's delivery",
      { DescribeDeliveriesCommand: { deliveries: [{ ...delivery, deliverySourceName: 'x' }] } },
    ],
    [
      'J-18: a delivery to another bucket',
      {
        DescribeDeliveryDestinationsCommand: {
          deliveryDestinations: [
            {
              ...DESTINATION,
              deliveryDestinationConfiguration: {
                destinationResourceArn: 'arn:aws:s3:::theirs/traffic',
              },
            },
          ],
        },
      },
    ],
  ])('%s', async (_title, answers) => {
    Object.assign(logAnswers, answers);
    const { exitCode, lines } = await check({}, { only: 'refusals-logged' });
    expect(lines).toEqual([expect.stringMatching(/^FAIL /)]);
    expect(exitCode).toBe(EXIT.refused);
  });

  it.each<[string, object]>([
    ['S-16: no delivery may write', policyOf(statement)],
    [
      'S-16: the delivery of another source may write, ours may not',
      policyOf({
        ...logStatement,
        Condition: { ArnLike: { 'aws:SourceArn': `${SOURCE.arn}-other` } },
      }),
    ],
    [
      'S-16: it may write beside the folder',
      policyOf({ ...logStatement, Resource: `${buckets.logs.arn}/logs/*` }),
    ],
  ])('%s', async (_title, policy) => {
    const { lines } = await check({ GetBucketPolicyCommand: policy }, { only: 'refusals-logged' });
    expect(lines).toEqual([expect.stringMatching(/^FAIL .*the bucket policy lets no delivery/)]);
  });

  it('S-16: evidence that is recorded and not delivered', async () => {
    const logs = { ...DEPLOYMENT.logs, evidence: { bucket: 'evidence', prefix: 'evidence/' } };
    const { lines } = await check(
      {},
      { only: 'refusals-logged', deployment: { ...DEPLOYMENT, logs } },
    );
    expect(lines).toEqual([expect.stringMatching(/^FAIL .*s3:\/\/evidence\/evidence\//)]);
  });

  it('deliveries of which it could not ask are neither there nor missing', async () => {
    logAnswers['DescribeDeliverySourcesCommand'] = new Error('AccessDenied');
    const { exitCode, lines } = await check({}, { only: 'refusals-logged' });
    expect(lines).toEqual([expect.stringMatching(/^cannot be checked .*AccessDenied/)]);
    expect(exitCode).toBe(EXIT.done);
  });
});
