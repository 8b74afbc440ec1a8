import { readFileSync, writeFileSync } from 'node:fs';
import { GetKeyPolicyCommand, ListAliasesCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import {
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { runTerraform } from '#local/emulator/terraform';
import { runEdgepass } from '../support/edgepass-command';
import { type Plan, planStack } from '../support/terraform-plan';
import { startTestCloud, type TestCloud } from '../support/test-cloud';
import { hangUp } from '../support/viewer';

const NAME = 'test-keep';
const KEY = 't/acme/f/kept-1/note.txt';
const KEPT = { retention: 'keep', content: { encryption: 'kms' } };
const CREDENTIALS_IN_LOGS = {
  evidence: { confirmNoParentDomainCookies: true },
  v1: { includeCookies: true, confirmNoParentDomainCookies: true },
};
const DATA = /^aws_(?:s3_bucket|kms_key|kms_alias|cloudwatch_log_group|ssm_parameter\.[^.]*claim)/;

type Document = Record<string, Record<string, unknown>> & { signingKeys: Record<string, unknown> };

let cloud: TestCloud;

/**
 * Writes the environment file with one change, synthesises, does something, and puts the file back.
 */
async function withChange<Result>(
  change: (document: Document) => void,
  use: () => Promise<Result>,
): Promise<Result> {
  const before = readFileSync(cloud.environmentFile, 'utf8');
  const document = JSON.parse(before) as Document;
  change(document);
  writeFileSync(cloud.environmentFile, JSON.stringify(document));
  try {
    await cloud.stack.synthesise();
    return await use();
  } finally {
    writeFileSync(cloud.environmentFile, before);
    await cloud.stack.synthesise();
  }
}

const planWith = (change: (document: Document) => void): Promise<Plan> =>
  withChange(change, () => planStack(cloud.stack));

/** Everything of a plan that deletes or replaces what holds data or a key. */
const losses = ({ changes }: Plan): string[] =>
  changes
    .filter(({ actions }) => actions.includes('delete'))
    .map(({ address }) => address)
    .filter((address) => DATA.test(address));

async function keyIds(): Promise<string[]> {
  const { Keys = [] } = await cloud.clients.kms.send(new ListKeysCommand({}));
  return Keys.map(({ KeyId = '' }) => KeyId).sort();
}

/** Settings of every bucket and policies of every key, as AWS answers them. */
async function readProtections(): Promise<Record<string, unknown>> {
  const { s3, kms } = cloud.clients;
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const names = Buckets.map(({ Name = '' }) => Name).filter((name) => !name.includes('results'));
  const ofBuckets = await Promise.all(
    names.map(async (Bucket) => {
      const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      const answers = await Promise.all([
        s3.send(new GetPublicAccessBlockCommand({ Bucket })),
        s3.send(new GetBucketOwnershipControlsCommand({ Bucket })),
        s3.send(new GetBucketEncryptionCommand({ Bucket })),
        s3.send(new GetBucketVersioningCommand({ Bucket })),
      ]);
      const settings = answers.map((answer) => ({ ...answer, $metadata: undefined }));
      return [Bucket, [JSON.parse(Policy), ...settings]] as const;
    }),
  );
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
  const ofKeys = await Promise.all(
    Aliases.filter(({ AliasName = '' }) => AliasName.includes(NAME)).map(
      async ({ AliasName = '', TargetKeyId: KeyId }) => {
        const { Policy = '' } = await kms.send(
          new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }),
        );
        return [AliasName, { KeyId, policy: JSON.parse(Policy) as unknown }] as const;
      },
    ),
  );
  return Object.fromEntries<unknown>([...ofBuckets, ...ofKeys]);
}

async function readNote(): Promise<string> {
  const Bucket = cloud.deployment.buckets.content.name;
  const { Body } = await cloud.clients.s3.send(new GetObjectCommand({ Bucket, Key: KEY }));
  return (await Body?.transformToString()) ?? '';
}

beforeAll(async () => {
  cloud = await startTestCloud(NAME, {
    environmentChanges: () => ({
      ...KEPT,
      logs: CREDENTIALS_IN_LOGS,
      signingKeys: {
        a: { state: 'active', custody: 'kms' },
        b: { state: 'pending', custody: 'kms', keySpec: 'ECC_NIST_P256' },
      },
    }),
  });
  const Bucket = cloud.deployment.buckets.content.name;
  await cloud.clients.s3.send(new PutObjectCommand({ Bucket, Key: KEY, Body: 'still here' }));
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
    const plan = await planWith(change);
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
    const refused = await planWith(change).then(
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
    expect(await readNote()).toBe('still here');
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
    const [before, keysBefore] = [await readProtections(), await keyIds()];
    expect(await runEdgepass(['destroy', NAME, '--yes'])).toMatchObject({ exitCode: 0 });
    expect(await readProtections()).toEqual(before);
    expect(await keyIds()).toEqual(keysBefore);
    expect(await cloud.stack.terraform(['state', 'list'])).toBe('');

    // Somebody forgets to adopt: Terraform stops before it makes a second key.
    await expect(cloud.stack.apply()).rejects.toThrow(/ParameterAlreadyExists/);
    expect(await keyIds()).toEqual(keysBefore);

    const adopted = await runEdgepass(['adopt', NAME]);
    expect(adopted).toMatchObject({ exitCode: 0, errorOutput: '' });
    await cloud.stack.synthesise();
    await cloud.stack.apply();
    expect(await keyIds()).toEqual(keysBefore);
    expect(await planStack(cloud.stack)).toMatchObject({ exitCode: 0, changes: [] });
    expect(Object.keys(await readProtections())).toEqual(Object.keys(before));
    expect(await readNote()).toBe('still here');
  });
});
