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

/** Stacks in the order in which they are destroyed: the second is what the first reads. */
const PARTS = ['analytics', 'delivery'] as const;
const STACK_FILE = 'cdk.tf.json';
const LOCK_FILE = '.terraform.lock.hcl';

/** A stack as `main.ts` writes it, as far as it is read here. */
interface StackDocument {
  readonly '//': { readonly [KEPT_MEMBER]: readonly KeptResource[] };
  readonly terraform: object;
  readonly provider: object;
  readonly resource: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly data: object;
  readonly output: object;
  readonly removed?: readonly object[];
}

/** One synthesised stack of an environment. */
export interface SynthesisedStack {
  readonly name: string;
  readonly document: StackDocument;
  readonly kept: readonly KeptResource[];
  /** Folder in which `main.ts` wrote it. */
  readonly folder: string;
  /** How Terraform runs in a folder that stands for this stack. */
  readonly runIn: (folder: string) => TerraformRun;
}

/** What synthesis and Terraform run with. */
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
 * Synthesises the stacks of an environment as its file is now, into a folder of their own.
 *
 * @returns the stacks in the order in which they are destroyed
 * @throws Error with the end of what the synthesis printed
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
 * Writes a stack that has nothing in it: applying it deletes everything but what is kept, which Terraform
 * forgets. `terraform destroy` would ignore the `removed` blocks and delete that too.
 *
 * @returns its folder, as deep as the stack's own, so that a relative path of the state still fits
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
