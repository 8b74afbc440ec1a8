import { exampleDeployerPolicies } from '../../generated/deployer-policy';
import {
  buildDeployerPolicies,
  charactersOf,
  type Policy,
  POLICY_CHARACTERS_MAX,
} from '../../rights/deployer-policy';
import { actionsOf, recordedActions } from '../../rights/iam-actions';
import { findCalls, groupCalls, readRecordedCalls } from '../../rights/recorded-calls';
import { STATE_ACTIONS, UNRECORDED_ACTIONS } from '../../rights/unrecorded-actions';

const PLACE = {
  environment: 'test',
  region: 'eu-central-1',
  account: '123456789012',
  hostedZoneId: 'Z1',
};

const calls = readRecordedCalls();
let policies: readonly Policy[];

beforeAll(async () => {
  policies = await exampleDeployerPolicies();
});

const statements = () => policies.flatMap(({ Statement }) => Statement);
const allowed = (): string[] => statements().flatMap(({ Action }) => [...Action]);

test('every recorded operation is covered', async () => {
  const covered = new Set(allowed());
  for (const [service, operations] of Object.entries(calls)) {
    for (const operation of Object.keys(operations)) {
      for (const action of await actionsOf(service, operation)) {
        expect(covered).toContain(action);
      }
    }
  }
  expect(covered.size).toBeGreaterThan(150);
});

test('no action is there without a recorded call or a reason', async () => {
  const known = new Set([
    ...(await recordedActions(calls)),
    ...[...UNRECORDED_ACTIONS, STATE_ACTIONS].flatMap(({ actions }) => actions),
  ]);
  expect(allowed().filter((action) => !known.has(action))).toEqual([]);
  expect(allowed().filter((action) => action.includes('*'))).toEqual([]);
});

test('an action with a reason is not one that was recorded', async () => {
  const recorded = new Set(await recordedActions(calls));
  const needless = UNRECORDED_ACTIONS.flatMap(({ actions }) => actions).filter((action) =>
    recorded.has(action),
  );
  expect(needless).toEqual([]);
});

test('each policy fits into a managed policy, and statement ids are unique', () => {
  for (const policy of policies) {
    expect(charactersOf(policy)).toBeLessThanOrEqual(POLICY_CHARACTERS_MAX);
  }
  const ids = statements().map(({ Sid }) => Sid);
  expect(new Set(ids).size).toBe(ids.length);
});

test('what can be named is named: only actions without resource types have `*`', () => {
  const open = statements().filter(({ Resource }) => Resource.includes('*'));
  expect(open).toHaveLength(1);
  expect(open[0]?.Action).not.toEqual(expect.arrayContaining([expect.stringMatching(/^iam:P/)]));
});

test.each(['s3:bucket', 'lambda', 'iam', 'sns', 'ssm'])(
  'resources of %s are those of the environment',
  (service) => {
    const resources = statements()
      .flatMap(({ Resource }) => [...Resource])
      .filter((arn) => arn.startsWith(`arn:aws:${service.split(':')[0] ?? ''}:`))
      .filter((arn) => !/aws-service-role|example-terraform-state/.test(arn));
    expect(resources).not.toEqual([]);
    for (const arn of resources) expect(arn).toMatch(/edgepass[-/]example/);
  },
);

describe('calls that nothing is known of', () => {
  test.each<[string, string, string]>([
    ['a service', 'Planted', 'CreateThing'],
    ['an operation whose action has another name', 'S3', 'PlantedOperation'],
  ])('%s: an error that says where to add it', async (_name, service, operation) => {
    const planted = { [service]: { [operation]: ['apply' as const] } };
    await expect(buildDeployerPolicies(planted, PLACE, 'state')).rejects.toThrow(
      /Planted.*: add it/,
    );
  });

  test('a resource whose ARN is unknown: an error, and not `*`', async () => {
    const planted = { Lambda: { PublishLayerVersion: ['apply' as const] } };
    await expect(buildDeployerPolicies(planted, PLACE, 'state')).rejects.toThrow(
      'lambda:PublishLayerVersion: no ARN is known for lambda:layer',
    );
  });
});

describe('the log of Terraform', () => {
  test('calls are found in broken lines too', () => {
    const log = [
      '{"@message":"HTTP Request Sent","rpc.method":"CreateKey","rpc.service":"KMS"}',
      'cut off","rpc.method":"DescribeLogGroups","rpc.service":"CloudWatch Logs","x":1}',
      '{"@message":"no call"}',
    ].join('\n');
    expect(findCalls(log)).toEqual([
      ['KMS', 'CreateKey'],
      ['CloudWatch Logs', 'DescribeLogGroups'],
    ]);
  });

  test('the record does not depend on the order of calls', () => {
    const one = [
      ['destroy', 'KMS', 'DescribeKey'],
      ['apply', 'KMS', 'DescribeKey'],
      ['apply', 'ACM', 'RequestCertificate'],
    ] as const;
    const grouped = groupCalls(one);
    expect(JSON.stringify(grouped)).toBe(JSON.stringify(groupCalls(one.toReversed())));
    expect(grouped['KMS']).toEqual({ DescribeKey: ['apply', 'destroy'] });
  });
});
