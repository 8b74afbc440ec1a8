import { type Comeback, KEEPS_EVERYTHING, KeptCloud, protectionsOf } from '../support/kept-cloud';
import { openSession } from '../support/session';
import { type Plan, planStack } from '../support/terraform-plan';
import { startTestCloud, type TestCloud } from '../support/test-cloud';
import { hangUp, view, type ViewerAnswer } from '../support/viewer';
import { type LocalStack, startLocalStack } from './start-localstack';

const NAME = 'test-localstack';
const PICTURE = '/t/acme/f/picture-1/landscape.png';
const OF_ANOTHER_TENANT = '/t/initech/f/picture-1/landscape.png';
/** LocalStack takes one S3 delivery per source of logs, so there is no second one for evidence. */
const EVERYTHING = {
  ...KEEPS_EVERYTHING,
  alarms: { emails: ['operations@example.com'], refusalRatePercent: 20 },
  logs: { v1: KEEPS_EVERYTHING.logs.v1, objectLock: true, refusalMetric: true },
};

/** Steps happen once and in order; the tests look at what came of them. */
interface Flow {
  readonly resources: string;
  readonly secondPlans: readonly Plan[];
  readonly own: ViewerAnswer;
  readonly withoutCookies: ViewerAnswer;
  readonly ofAnotherTenant: ViewerAnswer;
  readonly comeback: Comeback;
}

let flow: Flow;
let localStack: LocalStack | undefined;
let cloud: TestCloud | undefined;

/** What LocalStack forgets: the provider sets it again in every plan. */
const beyondQuirks = ({ changes }: Plan): unknown[] =>
  changes.filter(
    ({ type, actions, changed }) =>
      !type.startsWith('aws_cloudwatch_log_delivery') ||
      actions.join() !== 'update' ||
      changed.some((name) => !/^tags(?:_all)?$/.test(name)),
  );

async function goThrough(running: TestCloud): Promise<Flow> {
  const kept = new KeptCloud(running, NAME);
  await kept.writeNote();
  const secondPlans = [await planStack(running.stack), await planStack(running.stack.analytics)];
  const session = await openSession(running, 'ada');
  return {
    resources: await running.stack.terraform(['state', 'list']),
    secondPlans,
    own: await session.view(PICTURE),
    withoutCookies: await view(running, PICTURE),
    ofAnotherTenant: await view(running, {
      path: OF_ANOTHER_TENANT,
      headers: { cookie: session.cookieFor(PICTURE) },
    }),
    comeback: await kept.leaveAndComeBack(),
  };
}

beforeAll(async () => {
  localStack = await startLocalStack(NAME);
  cloud = await startTestCloud(NAME, {
    serviceEndpoints: localStack.serviceEndpoints,
    environmentChanges: () => EVERYTHING,
  });
  flow = await goThrough(cloud);
});

afterAll(async () => {
  hangUp();
  await cloud?.stop();
  await localStack?.stop();
});

test.each([
  'aws_cloudwatch_metric_alarm',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_object_lock_configuration',
  'aws_cloudwatch_event_rule',
  'aws_kinesis_firehose_delivery_stream',
])('%s is applied', (type) => {
  expect(flow.resources).toContain(`${type}.`);
});

test('a second plan changes nothing but what LocalStack forgets', () => {
  expect(flow.secondPlans.flatMap(beyondQuirks)).toEqual([]);
});

test('a person who logs in sees the picture; nobody else does', () => {
  expect(flow.own.status).toBe(200);
  expect(flow.own.headers['content-type']).toBe('image/png');
  expect(flow.withoutCookies.status).toBe(403);
  expect(flow.ofAnotherTenant.status).toBe(403);
});

describe('edgepass destroy, adopt, and the next deploy', () => {
  test('what is kept stays as protected as it was', () => {
    const { before, destroyed, afterDestroy, stateAfterDestroy } = flow.comeback;
    expect(destroyed).toMatchObject({ exitCode: 0 });
    expect(Object.keys(before.protections).length).toBeGreaterThan(5);
    expect(JSON.stringify(before.protections)).toMatch(/"Rules":.*"ObjectLockEnabled":"Enabled"/);
    expect(afterDestroy).toStrictEqual(before);
    expect(stateAfterDestroy).toBe('');
  });

  test('a deploy that nobody prepared stops before it makes a second key', () => {
    expect(flow.comeback.refusal).toMatch(/ParameterAlreadyExists/);
    expect(flow.comeback.keyIdsAfterRefusal).toEqual(flow.comeback.before.keyIds);
  });

  test('adopt takes everything up again, and the object is still there', () => {
    const { before, adopted, afterRedeploy, planAfterRedeploy } = flow.comeback;
    expect(adopted).toMatchObject({ exitCode: 0, errorOutput: '' });
    expect(afterRedeploy.keyIds).toEqual(before.keyIds);
    expect(protectionsOf(afterRedeploy)).toStrictEqual(protectionsOf(before));
    expect(afterRedeploy.note).toBe('still here');
    expect(flow.comeback.openedAgain).toEqual({ status: 200, text: 'still here' });
    expect(flow.comeback.withoutCookies).toBe(403);
    expect(beyondQuirks(planAfterRedeploy)).toEqual([]);
  });
});
