import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { requireTerraform, type TerraformRun } from '../aws/terraform';
import type { Tools } from '../aws/tools';
import { runToEnd } from './process';

const RESOURCES_AT_ONCE = 20;

export interface StackSettings {
  readonly root: string;
  readonly tools: Tools;
  /** Folder of this cloud: synthesised stacks, Terraform's data, the stamp of the last apply. */
  readonly folder: string;
  readonly environmentName: string;
  readonly environmentFile: string;
  /** Reaches the emulator. */
  readonly environment: Readonly<Record<string, string>>;
  readonly onProgress: (text: string) => void;
}

/** The delivery stack of one local environment: synthesised by `main.ts`, applied by real Terraform. */
export class LocalStack {
  readonly #settings: StackSettings;

  constructor(settings: StackSettings) {
    this.#settings = settings;
  }

  /** Folder in which Terraform runs. */
  get folder(): string {
    const { folder, environmentName } = this.#settings;
    return path.join(folder, 'cdktf.out', 'stacks', `${environmentName}-delivery`);
  }

  get stateFile(): string {
    const { root, environmentName } = this.#settings;
    return path.join(root, '.edgepass', 'state', `${environmentName}-delivery.tfstate`);
  }

  /** Bundles the functions and synthesises, in processes of their own: `local` imports neither. */
  async synthesise(): Promise<void> {
    const { root, tools, folder, environmentFile, environment } = this.#settings;
    const outFolder = path.join(folder, 'cdktf.out');
    rmSync(outFolder, { recursive: true, force: true });
    const options = {
      folder: root,
      environment: {
        ...environment,
        EDGEPASS_ENVIRONMENT: environmentFile,
        CDKTF_OUTDIR: outFolder,
        CHECKPOINT_DISABLE: '1',
      },
    };
    await runToEnd([tools.node, path.join(root, 'lambdas', 'build-functions.mjs')], options);
    await runToEnd([tools.node, '--import', 'tsx', path.join(root, 'main.ts')], options);
  }

  /** A digest that is equal exactly when the synthesised stack is, function bundles included. */
  digest(): string {
    const hash = createHash('sha256');
    const entries = readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort();
    for (const file of entries) {
      hash.update(path.relative(this.folder, file));
      // Zip bytes carry times; their path carries the hash of what is inside.
      if (!file.endsWith('.zip')) hash.update(readFileSync(file));
    }
    return hash.digest('hex');
  }

  /** Initialises and applies. @throws Error with the end of Terraform's output. */
  async apply(): Promise<void> {
    await this.terraform(['init']);
    let total = 0;
    let done = 0;
    const onLine = (line: string): void => {
      total = Number(/^Plan: (\d+) to add/.exec(line)?.[1] ?? total);
      if (!/: (?:Creation|Modifications|Destruction) complete/.test(line)) return;
      done += 1;
      this.#settings.onProgress(
        `applying the stack with Terraform: ${done} of ${total || '?'} resources`,
      );
    };
    await this.terraform(['apply', '-auto-approve', `-parallelism=${RESOURCES_AT_ONCE}`], onLine);
  }

  /** Destroys everything that the state names. */
  async destroy(): Promise<void> {
    await this.terraform(['destroy', '-auto-approve', `-parallelism=${RESOURCES_AT_ONCE}`]);
  }

  /** Puts a state aside that describes an emulator which no longer exists. */
  forgetState(): void {
    if (existsSync(this.stateFile)) renameSync(this.stateFile, `${this.stateFile}.stale`);
  }

  /** Runs one Terraform command on this stack. */
  terraform(arguments_: readonly string[], onLine?: (line: string) => void): Promise<string> {
    return requireTerraform(arguments_, this.runSettings(onLine));
  }

  /** How Terraform runs here, for callers that want its exit code. */
  runSettings(onLine?: (line: string) => void): TerraformRun {
    const { tools, folder, environment } = this.#settings;
    return {
      tools,
      folder: this.folder,
      environment: { ...environment, TF_DATA_DIR: path.join(folder, 'terraform-data') },
      ...(onLine !== undefined && { onLine }),
    };
  }
}
