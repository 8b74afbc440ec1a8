import { runTerraform } from '#local/emulator/terraform';
import { runEdgepass } from '../support/edgepass-command';
import {
  type Document,
  KEEPS_EVERYTHING,
  KeptCloud,
  losses,
  protectionsOf,
} from '../support/kept-cloud';
import { planStack } from '../support/terraform-plan';
import { startTestCloud, type TestCloud } from '../support/test-cloud';
import { hangUp } from '../support/viewer';

const NAME = 'test-keep';

let cloud: TestCloud;
let kept: KeptCloud;

beforeAll(async () => {
  cloud = await startTestCloud(NAME, { environmentChanges: () => KEEPS_EVERYTHING });
  kept = new KeptCloud(cloud, NAME);
  await kept.writeNote();
});

afterAll(async () => {
  hangUp();
  await cloud.stop();
});

describe('keep keeps', () => {
  test('nothing is planned a second time', async () => {
    expect(await planStack(cloud.stack)).toMatchObject({ exitCode: 0, changes: [] });
  });

  test.each<[string, (document: Document) => void]>([
    ['content.encryption', (d) => (d['content'] = { encryption: 's3' })],
    ['content.existingBucket', (d) => (d['content'] = { existingBucket: { name: 'of-mine' } })],
    ['logs.evidence', (d) => delete d['logs']?.['evidence']],
    ['logs', (d) => (d['logs'] = {})],
    ['retention', (d) => Object.assign(d, { retention: 'delete' })],
    [
      'retired.signingKeys',
      (d) => {
        delete d.signingKeys['b'];
        Object.assign(d, { retired: { signingKeys: { b: 'keep' } } });
      },
    ],
  ])('%s: no plan loses content, a key or logs', async (_key, change) => {
    const plan = await kept.planWith(change);
    expect(losses(plan).filter((address) => !address.includes('claim'))).toEqual([]);
    expect(plan.exitCode).toBe(2);
  });

  test.each<[string, (document: Document) => void, RegExp]>([
    ['a slot that left without a word', (d) => delete d.signingKeys['b'], /slot b has a key/],
    [
      'another spec in the same slot',
      (d) => Object.assign(d.signingKeys['a'] ?? {}, { keySpec: 'ECC_NIST_P256' }),
      /A key is never\s+changed in place/,
    ],
    [
      'another region',
      (d) => Object.assign(d, { region: 'eu-west-1' }),
      /Both are\s+fixed for life/,
    ],
  ])('%s is refused by name', async (_what, change, message) => {
    const refused = await kept.planWith(change).then(
      () => '',
      (error: unknown) => String(error),
    );
    expect(refused.replaceAll('\u2502', '')).toMatch(message);
  });

  test('a plain destroy is refused, and says what to run', async () => {
    const { exitCode, output } = await runTerraform(
      ['destroy', '-auto-approve', '-refresh=false'],
      cloud.stack.runSettings(),
    );
    expect(exitCode).toBe(1);
    expect(output).toContain('run_edgepass_destroy_instead');
    expect(await kept.readNote()).toBe('still here');
  });
});

describe('edgepass destroy, adopt, and the next deploy', () => {
  test('without a yes nothing is destroyed', async () => {
    const { exitCode, output, errorOutput } = await runEdgepass(['destroy', NAME], {
      input: 'no\n',
    });
    expect({ exitCode, errorOutput }).toEqual({
      exitCode: 1,
      errorOutput: 'nothing was destroyed\n',
    });
    expect(output).toMatch(/kept as they are: [4-9]\d resources/);
    expect(await planStack(cloud.stack)).toMatchObject({ exitCode: 0 });
  });

  test('what is kept stays as protected as it was, and comes back with adopt', async () => {
    const comeback = await kept.leaveAndComeBack();
    const { before, afterRedeploy } = comeback;
    expect(comeback.destroyed).toMatchObject({ exitCode: 0 });
    expect(comeback.afterDestroy).toStrictEqual(before);
    expect(comeback.stateAfterDestroy).toBe('');
    // Somebody forgets to adopt: Terraform stops before it makes a second key.
    expect(comeback.refusal).toMatch(/ParameterAlreadyExists/);
    expect(comeback.keyIdsAfterRefusal).toEqual(before.keyIds);
    expect(comeback.adopted).toMatchObject({ exitCode: 0, errorOutput: '' });
    expect(afterRedeploy.keyIds).toEqual(before.keyIds);
    expect(comeback.planAfterRedeploy).toMatchObject({ exitCode: 0, changes: [] });
    expect(protectionsOf(afterRedeploy)).toStrictEqual(protectionsOf(before));
    expect(afterRedeploy.note).toBe('still here');
    expect(comeback.openedAgain).toEqual({ status: 200, text: 'still here' });
    expect(comeback.withoutCookies).toBe(403);
  });
});
