import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { emulatorEnvironment } from '#aws/endpoints';
import { writeEnvironmentFile } from '#local/cloud/environment-file';
import { type Emulator, startEmulator } from '#local/emulator/emulator';
import { findFreePort } from '#local/emulator/ports';
import { projectRoot, readTools } from '#local/emulator/tools';
import { installPackages, runToSuccess } from '../support/install-packages';

const NAME = 'test-cdktf-cli';
const CLI_VERSION = '0.21.0';
const ROOT = projectRoot();
const HOME = path.join(ROOT, '.edgepass', NAME);
const INSTALLED = path.join(ROOT, '.edgepass', `cdktf-cli-${CLI_VERSION}`);
const STACKS = ['delivery', 'analytics'].map((part) => `${NAME}-${part}`);
/** Its own lock would ask the registry, mirror or not; ours is committed. */
const NO_LOCK = '--skip-provider-lock';

let emulator: Emulator | undefined;
let variables: Readonly<Record<string, string>>;

/** The cloud's stacks through the command line of CDKTF, in the checkout, as its users run it. */
function cdktf(...arguments_: readonly string[]): string {
  const program = path.join(INSTALLED, 'node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');
  const { node } = readTools(ROOT);
  const output = runToSuccess({
    command: [node, program, ...arguments_, '--output', path.join(HOME, 'cdktf.out')],
    folder: ROOT,
    environment: variables,
  });
  return stripVTControlCharacters(output);
}

const diff = (stack: string): string => cdktf('diff', stack, NO_LOCK);

beforeAll(async () => {
  const { emulatorPython, node, terraform, terraformConfiguration } = readTools(ROOT);
  if (emulatorPython === null) throw new Error('unset AWS_ENDPOINT_URL: this starts an emulator');
  installPackages(INSTALLED, { dependencies: { 'cdktf-cli': CLI_VERSION } });
  rmSync(HOME, { recursive: true, force: true });
  for (const stack of STACKS)
    rmSync(path.join(ROOT, '.edgepass', 'state', `${stack}.tfstate`), { force: true });
  const folder = path.join(HOME, 'emulator');
  mkdirSync(folder, { recursive: true });
  const port = await findFreePort();
  emulator = await startEmulator({ python: emulatorPython, node, port, folder, persist: false });
  const local = 'http://localhost';
  const environmentFile = writeEnvironmentFile({
    template: path.join(ROOT, 'environments', 'local.json'),
    folder: HOME,
    name: NAME,
    addresses: {
      contentBaseUrl: `${local}:4680`,
      galleryOrigin: `${local}:4690`,
      otherSiteOrigin: `${local}:4691`,
      tokenIssuer: `${local}:4685`,
    },
  });
  variables = {
    ...emulatorEnvironment({}, { endpoint: emulator.endpoint, region: 'eu-central-1' }),
    EDGEPASS_ENVIRONMENT: environmentFile,
    TERRAFORM_BINARY_NAME: terraform,
    TF_CLI_CONFIG_FILE: terraformConfiguration,
    DISABLE_VERSION_CHECK: '1',
    CI: '1',
  };
});

afterAll(async () => {
  await emulator?.stop();
});

// One life of both stacks: each test goes on from the one before it.
test('cdktf synth, diff, deploy, diff, output and destroy', () => {
  expect(cdktf('synth')).toContain('Generated Terraform code for the stacks');
  expect(diff(STACKS[0] ?? '')).toMatch(/Plan: [5-9]\d to add, 0 to change, 0 to destroy/);
  cdktf('deploy', '*', '--auto-approve', NO_LOCK);
  for (const stack of STACKS) expect(diff(stack)).toContain('No changes');
  expect(cdktf('output', '*', NO_LOCK)).toContain('content_base_url = http://localhost:4680');
  cdktf('destroy', '*', '--auto-approve', NO_LOCK);
  expect(diff(STACKS[0] ?? '')).toMatch(/Plan: [5-9]\d to add, 0 to change, 0 to destroy/);
});
