import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Emulator, startEmulator } from '#local/emulator/emulator';
import { findFreePort } from '#local/emulator/ports';
import { requireTerraform, runTerraform, type TerraformRun } from '#local/emulator/terraform';
import { projectRoot, readTools } from '#local/emulator/tools';
import { plainEnvironment, runEdgepass } from '../support/edgepass-command';

const ROOT = projectRoot();
/** What a provider needs to reach an emulator; on AWS nothing of it. */
const EMULATOR_OVERRIDE = ['', 'alias = "edge"']
  .map(
    (alias) => `provider "aws" {
  ${alias}
  access_key                  = "test"
  secret_key                  = "test"
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
}
`,
  )
  .join('\n');

let folder: string;
let emulator: Emulator | undefined;

/** The example, with a module of an environment in it. */
async function example(
  environment: string,
  variables: Readonly<Record<string, string>>,
): Promise<TerraformRun> {
  const place = mkdtempSync(path.join(folder, 'example-'));
  cpSync(path.join(ROOT, 'examples', 'terraform-module'), place, { recursive: true });
  const written = await runEdgepass(
    ['terraform-module', environment, '--out', path.join(place, 'edgepass')],
    { environment: variables },
  );
  expect(written).toMatchObject({ exitCode: 0, errorOutput: '' });
  cpSync(
    path.join(ROOT, 'environments', 'terraform.lock.hcl'),
    path.join(place, '.terraform.lock.hcl'),
  );
  return {
    tools: readTools(ROOT),
    folder: place,
    environment: { ...plainEnvironment(), ...variables },
  };
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'edgepass-module-'));
});

afterAll(async () => {
  await emulator?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('the module of the example environment is valid, and names neither provider nor backend', async () => {
  const run = await example('example', {});
  await requireTerraform(['init'], run);
  await requireTerraform(['validate'], run);
  const text = readFileSync(path.join(run.folder, 'edgepass', 'main.tf.json'), 'utf8');
  const { provider, terraform } = JSON.parse(text) as Record<string, Record<string, unknown>>;
  expect(provider).toBeUndefined();
  expect(terraform).not.toHaveProperty('backend');
});

it('applies, plans nothing a second time, takes a variable, and is destroyed', async () => {
  const { emulatorPython, node } = readTools(ROOT);
  const port = await findFreePort();
  const place = path.join(folder, 'emulator');
  mkdirSync(place);
  emulator = await startEmulator({
    python: emulatorPython ?? '',
    node,
    port,
    folder: place,
    persist: false,
  });
  const environment = JSON.parse(
    readFileSync(path.join(ROOT, 'environments', 'local.json'), 'utf8'),
  ) as Record<string, unknown>;
  const file = path.join(folder, 'as-module.json');
  writeFileSync(file, JSON.stringify({ ...environment, name: 'as-module' }));
  const run = await example(file, {
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'eu-central-1',
  });
  writeFileSync(path.join(run.folder, 'emulator_override.tf'), EMULATOR_OVERRIDE);
  await requireTerraform(['init'], run);
  await requireTerraform(['apply', '-auto-approve'], run);
  const second = await runTerraform(['plan', '-detailed-exitcode'], run);
  expect(second.exitCode).toBe(0);
  const output = await requireTerraform(['output', '-raw', 'content_base_url'], run);
  expect(output).toContain('http://localhost:');
  await requireTerraform(['destroy', '-auto-approve'], run);
  expect(await requireTerraform(['state', 'list'], run)).toBe('');
});
