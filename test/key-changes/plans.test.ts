import { readFileSync } from 'node:fs';
import type { EnvironmentChanges } from '#local/cloud/environment-file';
import { KEEPS_EVERYTHING, KeptCloud, losses } from '../support/kept-cloud';
import type { Plan } from '../support/terraform-plan';
import { startTestCloud, type TestCloud } from '../support/test-cloud';
import { hangUp } from '../support/viewer';
import { changesOfKept } from '../synth/key-changes';

type Changes = ReturnType<EnvironmentChanges>;

/** An environment that is applied once, and against which changes of its file are planned. */
interface Base {
  readonly name: string;
  /** What the file has from the start. */
  readonly changes: Changes;
  /**
   * What is applied after the start. The local edge serves nothing behind rules that it does not
   * enforce.
   */
  readonly afterStart: Changes;
  /** Keys that must be among the planned ones: a list that shrinks unnoticed proves nothing. */
  readonly mustPlan: readonly string[];
}

const ALWAYS = ['content.encryption', 'content.existingBucket', 'region', 'retention'];

const BASES: readonly Base[] = [
  {
    name: 'plans-smallest',
    changes: { retention: 'keep', publicPrefix: undefined, grants: undefined, tags: undefined },
    afterStart: {},
    mustPlan: [...ALWAYS, 'signingKeys.<name>', 'signingKeys.<name>.keySpec', 'webAcl.logs'],
  },
  {
    name: 'plans-largest',
    changes: {
      ...KEEPS_EVERYTHING,
      logs: { ...KEEPS_EVERYTHING.logs, objectLock: true, refusalMetric: true },
      retired: { signingKeys: { old: 'keep' } },
      alarms: { emails: ['operator@example.com'] },
      publicPrefix: true,
    },
    afterStart: { webAcl: { logs: {} } },
    mustPlan: [
      ...ALWAYS,
      'signingKeys.<name>',
      'retired.signingKeys',
      'logs.evidence',
      'logs.objectLock',
    ],
  },
];

/** Nothing changed since the apply. */
const WITHOUT_REFRESH = ['-refresh=false'];

/** The committed file of the local cloud with the changes of a base. */
function documentOf({ changes, afterStart }: Base): object {
  const local = JSON.parse(readFileSync('environments/local.json', 'utf8')) as object;
  return JSON.parse(JSON.stringify({ ...local, ...changes, ...afterStart })) as object;
}

/**
 * What a key switches by its name: nothing that holds data. With `retention: "delete"` the file
 * says that no deployment needs the claim.
 */
const SWITCHES: Readonly<Record<string, RegExp>> = {
  retention: /^aws_ssm_parameter\.[^.]*claim/,
  'logs.objectLock': /^aws_s3_bucket_object_lock_configuration\./,
  'logs.evidence.accessLog': /^aws_s3_bucket_logging\./,
};

/** What Terraform prints when it refuses, by the beginning of the reason. */
const REFUSALS: readonly (readonly [string, RegExp])[] = [
  ['the guard: `region`', /Both are\s+fixed for life/],
  ['the guard: a slot', /slot \w+ has a key/],
  ['the key: its spec', /A key is never\s+changed in place/],
];
const NO_PLAN: Plan = { exitCode: 1, json: '', changes: [] };

/** The plan of a change. No changes, with exit code 1, when Terraform refuses for that reason. */
async function planOf(planning: Promise<Plan>, refusedBy: string | undefined): Promise<Plan> {
  const said = REFUSALS.find(([reason]) => refusedBy?.startsWith(reason) === true)?.[1];
  try {
    return await planning;
  } catch (error) {
    // Terraform draws a line beside its messages.
    if (said?.test(String(error).replaceAll('\u2502', '')) === true) return NO_PLAN;
    throw error;
  }
}

describe.each(BASES)('$name', (base) => {
  const planned = changesOfKept(documentOf(base));
  let cloud: TestCloud;
  let kept: KeptCloud;

  beforeAll(async () => {
    cloud = await startTestCloud(base.name, { environmentChanges: () => base.changes });
    kept = new KeptCloud(cloud, base.name);
    await kept.applyWith(base.afterStart);
  });

  afterAll(async () => {
    hangUp();
    await cloud.stop();
  });

  test('the changes that touch data or keys are found', () => {
    expect(planned.map(({ key }) => key)).toEqual(expect.arrayContaining([...base.mustPlan]));
  });

  test('the applied environment has nothing to plan', async () => {
    expect(await kept.planOnlyWith(() => undefined, WITHOUT_REFRESH)).toMatchObject({
      exitCode: 0,
      changes: [],
    });
  });

  test.each(planned.map((change, at) => [`${at + 1}: ${change.key}`, change] as const))(
    'no plan loses content, a key or logs: %s',
    async (_title, { key, apply, refusedBy, isAskedFor }) => {
      const plan = await planOf(kept.planOnlyWith(apply, WITHOUT_REFRESH), refusedBy);
      const lost = losses(plan).filter(
        (address) => !isAskedFor(address) && SWITCHES[key]?.test(address) !== true,
      );
      expect(lost).toEqual([]);
      expect(plan.exitCode).toBe(refusedBy === undefined ? 2 : 1);
    },
  );
});
