import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { emulatorEnvironment } from '#aws/endpoints';
import { oneAtATime } from '#local/cloud/one-at-a-time';
import { type Emulator, startEmulator } from '#local/emulator/emulator';
import { findFreePort } from '#local/emulator/ports';
import { requireTerraform, type TerraformRun } from '#local/emulator/terraform';
import { readTools } from '#local/emulator/tools';
import { plainEnvironment } from '../support/edgepass-command';
import { type SynthesisedEnvironment } from './largest-environment';

/** Terraform merges files with this name into the stack, provider by provider. */
const OVERRIDE_FILE = 'emulator_override.tf.json';
const PROVIDER = {
  access_key: 'test',
  secret_key: 'test',
  // Bucket names are not host names on a laptop.
  s3_use_path_style: true,
  skip_metadata_api_check: 'true',
};

/** The emulator finds the service in it; it checks no signature. */
const ROUTE_53_CREDENTIAL =
  'AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/route53/aws4_request, SignedHeaders=host, Signature=0';

/** An emulator to which stacks are applied that were synthesised for AWS. */
export class ExampleCloud {
  readonly #root: string;
  readonly #folder: string;
  readonly #emulator: Emulator;

  private constructor(root: string, folder: string, emulator: Emulator) {
    this.#root = root;
    this.#folder = folder;
    this.#emulator = emulator;
  }

  /** Starts an empty emulator. All its data is in the folder, which is deleted first. */
  static async start(root: string, folder: string): Promise<ExampleCloud> {
    const { emulatorPython, node } = readTools(root);
    if (emulatorPython === null) throw new Error('unset AWS_ENDPOINT_URL: this starts an emulator');
    rmSync(folder, { recursive: true, force: true });
    const place = path.join(folder, 'emulator');
    mkdirSync(place, { recursive: true });
    const port = await findFreePort();
    const settings = { python: emulatorPython, node, port, folder: place, persist: false };
    return new ExampleCloud(root, folder, await startEmulator(settings));
  }

  /** Returns the Terraform settings of each stack, in the order in which they are applied. */
  runs({ stacks, stacksFolder, environment }: SynthesisedEnvironment): TerraformRun[] {
    return stacks.map(({ node: { id } }) => {
      const folder = path.join(stacksFolder, id);
      writeFileSync(path.join(folder, OVERRIDE_FILE), JSON.stringify(this.#override(id)));
      const reach = { endpoint: this.#emulator.endpoint, region: environment.region };
      return {
        tools: readTools(this.#root),
        folder,
        environment: {
          ...emulatorEnvironment(plainEnvironment(), reach),
          TF_DATA_DIR: path.join(this.#folder, 'terraform-data', id),
        },
      };
    });
  }

  /** Initialises a stack. Only one `init` of this checkout runs at a time. */
  async initialise(run: TerraformRun): Promise<void> {
    const lock = path.join(this.#root, '.edgepass', 'terraform-init.lock');
    await oneAtATime(lock, () => requireTerraform(['init', '-reconfigure'], run));
  }

  /**
   * Creates the hosted zone that the environment names, and returns its id. Route 53 chooses ids of
   * zones, so the id of the example does not exist.
   */
  async createHostedZone(domainName: string): Promise<string> {
    const response = await fetch(new URL('/2013-04-01/hostedzone', this.#emulator.endpoint), {
      method: 'POST',
      headers: { authorization: ROUTE_53_CREDENTIAL },
      body: `<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>${domainName}</Name><CallerReference>edgepass</CallerReference></CreateHostedZoneRequest>`,
    });
    const answer = await response.text();
    const id = /<Id>\/hostedzone\/(\w+)</.exec(answer)?.[1];
    if (id === undefined) throw new Error(`the emulator made no hosted zone: ${answer}`);
    return id;
  }

  async stop(): Promise<void> {
    await this.#emulator.stop();
  }

  #override(stack: string): object {
    const state = path.join(this.#folder, 'state', `${stack}.tfstate`);
    const aliased = stack.endsWith('-delivery') ? [{ ...PROVIDER, alias: 'edge' }] : [];
    return {
      terraform: { backend: { local: { path: state } } },
      provider: { aws: [PROVIDER, ...aliased] },
    };
  }
}

/** The provider polls 55 s for resources of this type on every emulator. */
export const SLOW_TYPE = 'aws_s3_bucket_lifecycle_configuration';

/** MiniStack has no operation that creates resources of this type. */
export const UNSUPPORTED_TYPE = 'aws_wafv2_web_acl_logging_configuration';

interface StackDocument {
  resource: Record<string, unknown>;
}

/** Runs a step while the stack has no resources of some types, and puts them back. */
export async function withoutTypes<Result>(
  { folder }: TerraformRun,
  types: readonly string[],
  step: () => Promise<Result>,
): Promise<Result> {
  const file = path.join(folder, 'cdk.tf.json');
  const text = readFileSync(file, 'utf8');
  const document = JSON.parse(text) as StackDocument;
  for (const type of types) Reflect.deleteProperty(document.resource, type);
  writeFileSync(file, JSON.stringify(document));
  try {
    return await step();
  } finally {
    writeFileSync(file, text);
  }
}

/** Plans a stack without reading what exists, and returns the plan as JSON. */
export async function planAsJson(run: TerraformRun): Promise<string> {
  await requireTerraform(['plan', '-refresh=false', '-out=scan.tfplan'], run);
  const shown = await requireTerraform(['show', '-json', 'scan.tfplan'], run);
  return shown.slice(shown.indexOf('{'));
}
