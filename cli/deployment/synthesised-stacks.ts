import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ProcessEnvironment } from '#aws/endpoints';
import { KEPT_MEMBER, type KeptResource } from '#core/contract/kept-manifest';
import { ENVIRONMENT_VARIABLE } from '#core/contract/process-variables';
import { runToEnd } from '#local/cloud/process';
import type { TerraformRun } from '#local/emulator/terraform';
import { readTools, type Tools } from '#local/emulator/tools';
import type { CommandContext } from '../context';
import type { ChosenEnvironment } from '../deployed-environment';

/**
 * The stacks in the order in which they are destroyed. The analytics stack comes first, because it
 * reads the delivery stack's data.
 */
const PARTS = ['analytics', 'delivery'] as const;
const STACK_FILE = 'cdk.tf.json';
const LOCK_FILE = '.terraform.lock.hcl';

/** The used members of a stack that `main.ts` has written. */
interface StackDocument {
  readonly '//': { readonly [KEPT_MEMBER]: readonly KeptResource[] };
  readonly terraform: object;
  readonly provider: object;
  readonly resource: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly data: object;
  readonly output: object;
  readonly removed?: readonly object[];
}

/** A synthesised stack of an environment. */
export interface SynthesisedStack {
  readonly name: string;
  readonly document: StackDocument;
  readonly kept: readonly KeptResource[];
  /** The folder in which `main.ts` wrote the stack. */
  readonly folder: string;
  /** Returns the Terraform settings for a folder that is used instead of the stack's folder. */
  readonly runIn: (folder: string) => TerraformRun;
}

/** Settings for the synthesis and Terraform. */
interface Surroundings {
  readonly outFolder: string;
  readonly tools: Tools;
  readonly variables: Record<string, string>;
}

function definedVariables(variables: ProcessEnvironment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function readStack(name: string, { outFolder, tools, variables }: Surroundings): SynthesisedStack {
  const folder = path.join(outFolder, 'stacks', name);
  const document = JSON.parse(readFileSync(path.join(folder, STACK_FILE), 'utf8')) as StackDocument;
  const dataFolder = path.join(outFolder, 'terraform-data', name);
  return {
    name,
    document,
    kept: document['//'][KEPT_MEMBER],
    folder,
    runIn: (where) => ({
      tools,
      folder: where,
      environment: { ...variables, TF_DATA_DIR: dataFolder },
    }),
  };
}

/**
 * Synthesises the stacks of an environment from its current file into a separate folder.
 *
 * @returns the stacks in the order in which they are destroyed
 * @throws Error with the last part of the output of the synthesis
 */
export async function synthesiseStacks(
  { root }: CommandContext,
  { environment, file }: ChosenEnvironment,
  variables: ProcessEnvironment,
): Promise<readonly SynthesisedStack[]> {
  const outFolder = path.join(root, '.edgepass', 'deployment', environment.name, 'cdktf.out');
  const surroundings = {
    outFolder,
    tools: readTools(root),
    variables: definedVariables(variables),
  };
  rmSync(outFolder, { recursive: true, force: true });
  mkdirSync(path.dirname(outFolder), { recursive: true });
  const options = {
    folder: root,
    environment: {
      ...surroundings.variables,
      [ENVIRONMENT_VARIABLE]: file,
      CDKTF_OUTDIR: outFolder,
      CHECKPOINT_DISABLE: '1',
    },
  };
  const { node } = surroundings.tools;
  await runToEnd([node, path.join(root, 'lambdas', 'build-functions.mjs')], options);
  await runToEnd([node, '--import', 'tsx', path.join(root, 'main.ts')], options);
  return PARTS.map((part) => readStack(`${environment.name}-${part}`, surroundings));
}

/**
 * Writes a stack without resources. Applying it deletes all resources except the kept ones, which
 * are only removed from Terraform's state. `terraform destroy` cannot be used, because it ignores
 * `removed` blocks and would delete them too.
 *
 * @returns the folder of the stack. It is at the same depth as the original, so that a relative
 * path of the state is still correct
 */
export function writeLeavingStack(stack: SynthesisedStack): string {
  const { terraform, provider, removed = [] } = stack.document;
  const kept = stack.kept.map(({ address }) => ({ from: address, lifecycle: { destroy: false } }));
  const folder = path.join(stack.folder, '..', '..', 'leaving', stack.name);
  mkdirSync(folder, { recursive: true });
  const document = { terraform, provider, removed: [...removed, ...kept] };
  writeFileSync(path.join(folder, STACK_FILE), JSON.stringify(document, null, 2));
  const lock = path.join(stack.folder, LOCK_FILE);
  if (existsSync(lock)) copyFileSync(lock, path.join(folder, LOCK_FILE));
  return folder;
}
