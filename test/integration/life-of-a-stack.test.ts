import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ListDistributionsCommand, ListKeyGroupsCommand } from '@aws-sdk/client-cloudfront';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { originSecretParameterName } from '#configuration/deployment-record';
import type { AppliedStack } from '#local/cloud/stack';
import type * as TerraformModule from '#local/emulator/terraform';
import { projectRoot } from '#local/emulator/tools';
import { runEdgepass } from '../support/edgepass-command';
import { readLogGroup, waitForLog } from '../support/function-logs';
import { type Finding, pathsHolding, SecretScan } from '../support/secret-scan';
import { openSession } from '../support/session';
import { type Plan, planStack } from '../support/terraform-plan';
import { fetchAccessToken, startTestCloud, type TestCloud } from '../support/test-cloud';
import { hangUp, view } from '../support/viewer';

const NAME = 'test-life';
const PICTURE = '/t/acme/f/picture-1/landscape.png';
const ORIGIN_SECRET = /origin-secret_slot-[ab]/;

const mockPrinted: Record<string, string[]> = {};

// Every suite runs Terraform through these two functions. They stay as they are; what Terraform
// prints is kept by command.
jest.mock('#local/emulator/terraform', () => {
  const real = jest.requireActual<typeof TerraformModule>('#local/emulator/terraform');
  const keep = ([command = '']: readonly string[], output: string): void => {
    (mockPrinted[command] ??= []).push(...output.split('\n'));
  };
  return {
    ...real,
    runTerraform: async (...call: Parameters<typeof real.runTerraform>) => {
      const result = await real.runTerraform(...call);
      keep(call[0], result.output);
      return result;
    },
    requireTerraform: async (...call: Parameters<typeof real.requireTerraform>) => {
      const output = await real.requireTerraform(...call);
      keep(call[0], output);
      return output;
    },
  };
});

/** The steps of a stack's life happen once and in order. The tests only check the results. */
interface Life {
  readonly known: number;
  readonly findings: readonly Finding[];
  readonly canaries: readonly string[];
  readonly secretPlaces: { readonly state: readonly string[]; readonly plan: readonly string[] };
  readonly originSecrets: readonly string[];
  /** The values in SSM, read as an operator would. */
  readonly secretsInSsm: readonly string[];
  /** Lines that Terraform printed, by command. */
  readonly printed: Readonly<Record<string, readonly string[]>>;
  /** Lines of a plan whose configuration prints an origin secret. */
  readonly leakedLines: readonly string[];
  readonly tagsPlan: Plan;
  readonly keyPolicyPlan: Plan;
  /** The plan of the analytics stack when nothing has changed. */
  readonly analyticsPlan: Plan;
  readonly resourcesBefore: readonly number[];
  readonly destroyed: readonly { readonly list: string; readonly resources: number }[];
  readonly left: readonly string[];
}

let cloud: TestCloud;
let life: Life;

interface State {
  readonly resources: readonly {
    readonly name: string;
    readonly type: string;
    readonly instances: readonly { readonly attributes: Record<string, unknown> }[];
  }[];
}

const stacks = (): readonly AppliedStack[] => [cloud.stack, cloud.stack.analytics];
const readState = ({ stateFile }: AppliedStack): State =>
  JSON.parse(readFileSync(stateFile, 'utf8')) as State;
const countResources = (stack: AppliedStack): number => readState(stack).resources.length;

/**
 * Sends requests that leave data behind: sessions, pictures, refusals, and a grant of an operator.
 */
async function useIt(): Promise<void> {
  for (const person of ['ada', 'grace', 'margaret']) {
    const session = await openSession(cloud, person);
    await session.view(PICTURE);
    const query = session
      .cookieFor(PICTURE)
      .replace(/CloudFront-/g, '')
      .replace(/; /g, '&');
    await view(cloud, `${PICTURE}?${query}`);
  }
  const token = await fetchAccessToken(cloud, 'ada');
  const forged = `${token.slice(0, -9)}AAAAAAAAA`;
  for (const authorization of [`Bearer ${forged}`, `Bearer ${token}, Bearer ${token}`, token]) {
    const headers = { authorization };
    await view(cloud, { path: '/api/session', method: 'POST', headers });
  }
  await view(cloud, `/api/session?access_token=${token}`);
  await runEdgepass(['grant', '--tenant', 'acme', '--environment', NAME]);
  await waitForLog(cloud, cloud.deployment.logGroups.session, 'token-signature-invalid');
}

async function planOtherEnvironment(changes: Readonly<Record<string, unknown>>): Promise<Plan> {
  const before = readFileSync(cloud.environmentFile, 'utf8');
  const environment = JSON.parse(before) as object;
  writeFileSync(cloud.environmentFile, JSON.stringify({ ...environment, ...changes }));
  await cloud.stack.synthesise();
  const plan = await planStack(cloud.stack);
  writeFileSync(cloud.environmentFile, before);
  await cloud.stack.synthesise();
  return plan;
}

/** Tags of the environment. Every resource that supports tags must have them. */
function planOtherTags(): Promise<Plan> {
  const { tags } = JSON.parse(readFileSync(cloud.environmentFile, 'utf8')) as { tags: object };
  return planOtherEnvironment({ tags: { ...tags, owner: 'somebody-else' } });
}

/** The synthesised stack, as far as the tests change it. */
interface StackDocument {
  readonly resource: {
    readonly aws_kms_key_policy: Record<string, { policy: string }>;
    readonly aws_ssm_parameter: Record<string, unknown>;
  };
  output?: Record<string, unknown>;
}

async function planOtherStack(change: (document: StackDocument) => void): Promise<Plan> {
  const file = path.join(cloud.stack.folder, 'cdk.tf.json');
  const before = readFileSync(file, 'utf8');
  const document = JSON.parse(before) as StackDocument;
  change(document);
  writeFileSync(file, JSON.stringify(document));
  const plan = await planStack(cloud.stack);
  writeFileSync(file, before);
  return plan;
}

function planOtherKeyPolicy(): Promise<Plan> {
  return planOtherStack(({ resource }) => {
    for (const key of Object.values(resource.aws_kms_key_policy)) {
      key.policy = key.policy.replace(/"Sid":\s*"/, '$&Changed');
    }
  });
}

async function readOriginSecrets(): Promise<string[]> {
  const values = ['a', 'b'].map(async (slot) => {
    const Name = originSecretParameterName(NAME, slot);
    const { Parameter } = await cloud.clients.ssm.send(
      new GetParameterCommand({ Name, WithDecryption: true }),
    );
    return Parameter?.Value ?? '';
  });
  return Promise.all(values);
}

function linesHolding(
  printed: Readonly<Record<string, readonly string[]>>,
  secrets: readonly string[],
): string[] {
  return ['plan', 'apply', 'destroy']
    .flatMap((command) => printed[command] ?? [])
    .filter((line) => secrets.some((secret) => line.includes(secret)));
}

/** Plans an output that shows one origin secret, and returns the lines that hold it. */
async function planLeak(secrets: readonly string[]): Promise<string[]> {
  const before = mockPrinted['plan']?.length ?? 0;
  await planOtherStack((document) => {
    const parameters = Object.keys(document.resource.aws_ssm_parameter);
    const name = parameters.find((one) => ORIGIN_SECRET.test(one)) ?? '';
    const value = `\${nonsensitive(aws_ssm_parameter.${name}.value)}`;
    document.output = { ...document.output, leak: { value } };
  });
  return linesHolding({ plan: mockPrinted['plan']?.splice(before) ?? [] }, secrets);
}

/**
 * Lists all places where data remains after a request. The emulator's memory is not included,
 * because it stands for KMS and CloudFront.
 */
async function scanEverything(
  plans: readonly Plan[],
  originSecrets: readonly string[],
): Promise<Finding[]> {
  const scan = new SecretScan(cloud.served, originSecrets);
  // The origin secret is the only secret that Terraform's state may contain, and it is allowed by
  // its name. The test below checks the names.
  const scanState = new SecretScan(cloud.served);
  const root = projectRoot();
  const home = path.join(root, '.edgepass', NAME);
  const log = path.join(home, 'emulator', 'emulator.log');
  const { session, issuedGrants } = cloud.deployment.logGroups;
  const logs = await Promise.all([session, issuedGrants].map((name) => readLogGroup(cloud, name)));
  return [
    ...scan.scanFolder(path.join(home, 'cdktf.out')),
    ...scan.scanFolder(path.join(home, 'environment')),
    ...scan.scanFolder(path.join(root, 'dist', 'functions')),
    ...scan.scanFolder(path.join(root, 'test'), (file) => file.endsWith('.snap')),
    ...scanState.scanText('state', readFileSync(cloud.stack.stateFile, 'utf8')),
    // This place must not contain any secret, not even the origin secret.
    ...scan.scanText('analytics state', readFileSync(cloud.stack.analytics.stateFile, 'utf8')),
    ...plans.flatMap(({ json }, at) => scanState.scanText(`plan ${at}`, json)),
    ...(existsSync(log) ? scan.scanText('emulator log', readFileSync(log, 'utf8')) : []),
    ...logs.flatMap((lines, at) => scan.scanText(`log group ${at}`, lines.join('\n'))),
  ];
}

/**
 * Puts one secret of each kind into the scanned places and returns the names under which the scan
 * reports them.
 */
async function plantCanaries(originSecrets: readonly string[]): Promise<string[]> {
  const session = await openSession(cloud, 'linus');
  const token = await fetchAccessToken(cloud, 'linus');
  const cookie = session.cookieFor('/t/initech/x');
  const scan = new SecretScan(cloud.served, originSecrets);
  const signature = /CloudFront-Signature=([^;]+)/.exec(cookie)?.[1] ?? '';
  const key = ['-----BEGIN', 'PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC'].join(' ');
  const texts = [key, token, cookie, `x${signature.slice(10)}x`, originSecrets[1] ?? ''];
  const file = path.join(cloud.stack.folder, 'canary.txt');
  const found = texts.map((text) => {
    writeFileSync(file, `before ${text} after`);
    return scan
      .scanFolder(cloud.stack.folder)
      .map(({ what }) => what)
      .join(', ');
  });
  rmSync(file);
  return found;
}

async function whatIsLeft(): Promise<string[]> {
  const { cloudFront, s3 } = cloud.clients;
  const { DistributionList } = await cloudFront.send(new ListDistributionsCommand({}));
  const { KeyGroupList } = await cloudFront.send(new ListKeyGroupsCommand({}));
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  return [
    ...(DistributionList?.Items ?? []).map(({ Comment = '' }) => Comment),
    ...(KeyGroupList?.Items ?? []).map(({ KeyGroup }) => KeyGroup?.KeyGroupConfig?.Name ?? ''),
    ...Buckets.map(({ Name = '' }) => Name),
  ].filter((name) => name.includes(NAME));
}

beforeAll(async () => {
  cloud = await startTestCloud(NAME);
  await useIt();
  const analyticsPlan = await planStack(cloud.stack.analytics);
  const [tagsPlan, keyPolicyPlan] = [await planOtherTags(), await planOtherKeyPolicy()];
  // The header of the distribution changes, so the plan shows it.
  await planOtherEnvironment({ edge: { originSecretSlot: 'b' } });
  const secretsInSsm = await readOriginSecrets();
  const leakedLines = await planLeak(secretsInSsm);
  const state = readState(cloud.stack);
  const originSecrets = state.resources
    .filter(({ name }) => ORIGIN_SECRET.test(name))
    .map(({ instances }) => String(instances[0]?.attributes['value']));
  const findings = await scanEverything([tagsPlan, keyPolicyPlan, analyticsPlan], originSecrets);
  const placesIn = (document: unknown): string[] =>
    originSecrets.flatMap((secret) => pathsHolding(document, secret));
  const named = Object.fromEntries(state.resources.map((one) => [`${one.type} ${one.name}`, one]));
  const secretPlaces = { state: placesIn(named), plan: placesIn(JSON.parse(tagsPlan.json)) };
  const known = new SecretScan(cloud.served).size;
  const canaries = await plantCanaries(originSecrets);
  const resourcesBefore = stacks().map(countResources);
  await cloud.stack.destroy();
  life = {
    known,
    findings,
    canaries,
    secretPlaces,
    originSecrets,
    secretsInSsm,
    printed: mockPrinted,
    leakedLines,
    tagsPlan,
    keyPolicyPlan,
    analyticsPlan,
    resourcesBefore,
    destroyed: await Promise.all(
      stacks().map(async (stack) => ({
        list: await stack.terraform(['state', 'list']),
        resources: countResources(stack),
      })),
    ),
    left: await whatIsLeft(),
  };
});

afterAll(async () => {
  hangUp();
  await cloud.stop();
});

describe('what a stack leaves lying about', () => {
  it('K-01: no private key, token, cookie or signature in state, plans, bundles, logs or snapshots', () => {
    expect(life.findings).toEqual([]);
    expect(life.known).toBeGreaterThan(10);
  });

  it('K-01: the scan catches what is planted', () => {
    expect(life.canaries).toEqual([
      expect.stringContaining('private key (PEM)'),
      expect.stringContaining('access token'),
      expect.stringContaining('signed cookie'),
      expect.stringContaining('in use'),
      expect.stringContaining('in use'),
    ]);
  });

  it('S-13: the origin secret is in the state where it is named, and nowhere else', () => {
    expect(new Set(life.originSecrets).size).toBe(2);
    expect(life.secretPlaces.state).not.toEqual([]);
    const named =
      /^(?:aws_ssm_parameter edge_origin-secret_slot-[ab]|aws_cloudfront_distribution .*\.custom_header\.|aws_lambda_function .*\.EDGEPASS_ORIGIN_SECRETS$)/;
    expect(life.secretPlaces.state.filter((place) => !named.test(place))).toEqual([]);
    expect(life.secretPlaces.plan).not.toEqual([]);
  });
});

describe('what Terraform prints', () => {
  it('S-13: no line of plan, apply or destroy holds an origin secret', () => {
    expect(new Set(life.secretsInSsm)).toEqual(new Set(life.originSecrets));
    expect(linesHolding(life.printed, life.secretsInSsm)).toEqual([]);
  });

  it.each([
    ['plan', /custom_header|origin \{/],
    ['apply', /aws_ssm_parameter\.edge_origin-secret_slot-a\w*: Creation complete/],
    ['destroy', /- value +=.*sensitive value/],
  ])('S-13: the lines of %s are about what holds the secret', (command, line) => {
    expect((life.printed[command] ?? []).some((printed) => line.test(printed))).toBe(true);
  });

  it('S-13: a configuration that prints one of them is seen', () => {
    expect(life.leakedLines).toEqual([expect.stringContaining('leak')]);
  });
});

describe('changes of a signing key', () => {
  it('K-07: other tags plan other tags, and no new public key', () => {
    const { exitCode, changes } = life.tagsPlan;
    expect(exitCode).toBe(2);
    expect(changes.map(({ type }) => type)).toContain('aws_kms_key');
    const more = changes.filter(
      ({ actions, changed }) =>
        actions.join() !== 'update' || changed.some((name) => !/^tags(?:_all)?$/.test(name)),
    );
    expect(more).toEqual([]);
  });

  it('K-07: another key policy plans that policy alone', () => {
    expect(life.keyPolicyPlan.changes).toMatchObject([
      { type: 'aws_kms_key_policy', actions: ['update'], changed: ['policy'] },
    ]);
  });
});

describe('the analytics stack', () => {
  it('S-06: plans nothing a second time', () => {
    expect(life.analyticsPlan).toMatchObject({ exitCode: 0, changes: [] });
  });
});

describe('destroy', () => {
  it('S-06: leaves empty states of both stacks', () => {
    expect(life.resourcesBefore.filter((count) => count > 20)).toHaveLength(2);
    expect(life.destroyed).toEqual(Array(2).fill({ list: '', resources: 0 }));
  });

  it('leaves no distribution, key group or bucket behind', () => {
    expect(life.left).toEqual([]);
  });
});
