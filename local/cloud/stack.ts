import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ENVIRONMENT_VARIABLE } from '#core/contract/process-variables';
import { requireTerraform, type TerraformRun } from '../emulator/terraform';
import type { Tools } from '../emulator/tools';
import { oneAtATime } from './one-at-a-time';
import { runToEnd } from './process';

const RESOURCES_AT_ONCE = 20;
/** Error of MiniStack when a function is published directly after an update. */
const STALE_FUNCTION = 'InvalidIfMatchVersion';
/** Operation that MiniStack does not support. */
const UNKNOWN_UPDATE = 'UpdatePreparedStatement';

export interface StackSettings {
  readonly root: string;
  readonly tools: Tools;
  /**
   * Folder of this cloud with the synthesised stacks, Terraform's data and the record of the last
   * apply.
   */
  readonly folder: string;
  readonly environmentName: string;
  readonly environmentFile: string;
  /** Environment variables with the address of the emulator. */
  readonly environment: Readonly<Record<string, string>>;
  readonly onProgress: (text: string) => void;
}

type Part = 'delivery' | 'analytics';

/** A synthesised stack with its Terraform state. */
export class AppliedStack {
  readonly #settings: StackSettings;
  readonly #part: Part;

  constructor(settings: StackSettings, part: Part) {
    this.#settings = settings;
    this.#part = part;
  }

  /** The folder in which Terraform runs. */
  get folder(): string {
    return path.join(this.#settings.folder, 'cdktf.out', 'stacks', this.#name);
  }

  get stateFile(): string {
    return path.join(this.#settings.root, '.edgepass', 'state', `${this.#name}.tfstate`);
  }

  get #name(): string {
    return `${this.#settings.environmentName}-${this.#part}`;
  }

  /** Applies the initialised stack. @throws Error with the last part of Terraform's output */
  async apply(): Promise<void> {
    let total = 0;
    let done = 0;
    const onLine = (line: string): void => {
      total = Number(/^Plan: (\d+) to add/.exec(line)?.[1] ?? total);
      if (!/: (?:Creation|Modifications|Destruction) complete/.test(line)) return;
      done += 1;
      this.#settings.onProgress(
        `applying the ${this.#part} stack with Terraform: ${done} of ${total || '?'} resources`,
      );
    };
    await this.terraform(['apply', '-auto-approve', `-parallelism=${RESOURCES_AT_ONCE}`], onLine);
  }

  /** Destroys all resources in the state. */
  async destroy(): Promise<void> {
    await this.terraform(['destroy', '-auto-approve', `-parallelism=${RESOURCES_AT_ONCE}`]);
  }

  /** Moves away a state that describes resources of an emulator that no longer exists. */
  forgetState(): void {
    if (existsSync(this.stateFile)) renameSync(this.stateFile, `${this.stateFile}.stale`);
  }

  /** What `terraform init` depends on: providers with their locked hashes, and the backend. */
  get initialisation(): string {
    const read = (file: string): string => {
      const found = path.join(this.folder, file);
      return existsSync(found) ? readFileSync(found, 'utf8') : '';
    };
    const { terraform } = JSON.parse(read('cdk.tf.json')) as { readonly terraform?: unknown };
    return JSON.stringify([terraform, read('.terraform.lock.hcl')]);
  }

  /** Runs one Terraform command on this stack. */
  terraform(arguments_: readonly string[], onLine?: (line: string) => void): Promise<string> {
    return requireTerraform(arguments_, this.runSettings(onLine));
  }

  /** Returns the settings for running Terraform, for callers that need the exit code. */
  runSettings(onLine?: (line: string) => void): TerraformRun {
    const { tools, folder, environment } = this.#settings;
    const dataFolder = path.join(folder, 'terraform-data', this.#part);
    return {
      tools,
      folder: this.folder,
      environment: { ...environment, TF_DATA_DIR: dataFolder },
      ...(onLine !== undefined && { onLine }),
    };
  }
}

/**
 * The stacks of a local environment. `main.ts` synthesises them and Terraform applies them. As an
 * AppliedStack it stands for the delivery stack.
 */
export class LocalDeployment extends AppliedStack {
  readonly #settings: StackSettings;
  /** The analytics stack. It reads what the delivery stack recorded. */
  readonly analytics: AppliedStack;
  #initialised: string | undefined;

  constructor(settings: StackSettings) {
    super(settings, 'delivery');
    this.#settings = settings;
    this.analytics = new AppliedStack(settings, 'analytics');
  }

  /**
   * Builds the functions and synthesises the stacks. Both run as separate processes, because
   * `local` must not import them.
   */
  async synthesise(): Promise<void> {
    const { root, tools, folder, environmentFile, environment } = this.#settings;
    const outFolder = path.join(folder, 'cdktf.out');
    rmSync(outFolder, { recursive: true, force: true });
    const options = {
      folder: root,
      environment: {
        ...environment,
        [ENVIRONMENT_VARIABLE]: environmentFile,
        CDKTF_OUTDIR: outFolder,
        CHECKPOINT_DISABLE: '1',
      },
    };
    await runToEnd([tools.node, path.join(root, 'lambdas', 'build-functions.mjs')], options);
    await runToEnd([tools.node, '--import', 'tsx', path.join(root, 'main.ts')], options);
  }

  /**
   * Returns a digest of the synthesised stacks including the function bundles. It changes only if
   * they change.
   */
  digest(): string {
    const hash = createHash('sha256');
    const stacks = path.dirname(this.folder);
    const entries = readdirSync(stacks, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort();
    for (const file of entries) {
      hash.update(path.relative(stacks, file));
      // The bytes of a zip file contain times. Its path contains the hash of its content, so the
      // path is enough.
      if (!file.endsWith('.zip')) hash.update(readFileSync(file));
    }
    return hash.digest('hex');
  }

  /**
   * Initialises and applies both stacks. @throws Error with the last part of Terraform's output
   */
  override async apply(): Promise<void> {
    await this.#initialise();
    await this.#applyDelivery();
    await this.analytics.apply().catch(async (error: unknown) => {
      // MiniStack cannot update a prepared statement. The analytics stack stores nothing but query
      // results, so it can be destroyed and created again.
      if (!tells(error, UNKNOWN_UPDATE)) throw error;
      await this.analytics.destroy();
      await this.analytics.apply();
    });
  }

  /** Initialises both stacks, unless this object has done it with the same providers. */
  async #initialise(): Promise<void> {
    const wanted = this.initialisation + this.analytics.initialisation;
    if (wanted === this.#initialised) return;
    // Both stacks, and all other clouds of this checkout, can fill the same provider cache. So only
    // one `init` runs at a time.
    await oneAtATime(
      path.join(this.#settings.root, '.edgepass', 'terraform-init.lock'),
      async () => {
        await this.terraform(['init']);
        await this.analytics.terraform(['init']);
      },
    );
    this.#initialised = wanted;
  }

  #applyDelivery(): Promise<void> {
    return super.apply().catch((error: unknown) => {
      // MiniStack does not return the new version of an updated function. The next plan reads it,
      // so the apply is repeated.
      if (!tells(error, STALE_FUNCTION)) throw error;
      return super.apply();
    });
  }

  /**
   * Destroys both stacks. The analytics stack is destroyed first, because it depends on the
   * delivery stack.
   */
  override async destroy(): Promise<void> {
    await this.analytics.destroy();
    await super.destroy();
  }

  override forgetState(): void {
    super.forgetState();
    this.analytics.forgetState();
  }
}

function tells(error: unknown, what: string): boolean {
  return error instanceof Error && error.message.includes(what);
}
