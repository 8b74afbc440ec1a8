import { createInterface } from 'node:readline/promises';
import { requireTerraform, type TerraformRun } from '#local/emulator/terraform';
import { type CommandContext, writeLine } from '../context';
import { loadChosenEnvironment, variablesFor } from '../deployed-environment';
import { EXIT, type ExitCode } from '../exit-codes';
import { type SynthesisedStack, synthesiseStacks, writeLeavingStack } from './synthesised-stacks';

const PLAN_FILE = 'leaving.tfplan';

export interface DestroyOptions {
  /** Does not ask for confirmation. For use in pipelines. */
  readonly yes?: boolean;
}

/** The effect of a plan on a stack. */
interface Leaving {
  readonly stack: SynthesisedStack;
  readonly run: TerraformRun;
  readonly deleted: readonly string[];
  readonly kept: readonly string[];
}

interface PlanDocument {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change: { readonly actions: readonly string[] };
  }[];
}

async function planLeaving(stack: SynthesisedStack): Promise<Leaving> {
  const run = stack.runIn(writeLeavingStack(stack));
  await requireTerraform(['init', '-reconfigure'], run);
  await requireTerraform(['plan', `-out=${PLAN_FILE}`], run);
  const shown = await requireTerraform(['show', '-json', PLAN_FILE], run);
  const plan = JSON.parse(shown.slice(shown.indexOf('{'))) as PlanDocument;
  const addressesWith = (wanted: string): string[] =>
    (plan.resource_changes ?? [])
      .filter(({ change }) => change.actions.join() === wanted)
      .map(({ address }) => address);
  return { stack, run, deleted: addressesWith('delete'), kept: addressesWith('forget') };
}

function describe(context: CommandContext, { stack, deleted, kept }: Leaving): void {
  writeLine(context.output, `${stack.name}:`);
  writeLine(context.output, `  deleted: ${deleted.length} resources`);
  for (const address of deleted) writeLine(context.output, `    ${address}`);
  writeLine(context.output, `  kept as they are: ${kept.length} resources`);
  for (const address of kept) writeLine(context.output, `    ${address}`);
}

async function isConfirmed(context: CommandContext, name: string): Promise<boolean> {
  const question = createInterface({ input: context.input, output: context.output });
  const ask = `Type the name of the environment (${name}) to go on: `;
  const closed = new Promise<string>((resolve) =>
    question.once('close', () => {
      resolve('');
    }),
  );
  const answer = await Promise.race([question.question(ask), closed]);
  question.close();
  return answer.trim() === name;
}

/**
 * Destroys the stacks of an environment. With `retention: keep`, content, keys and logs stay in the
 * account with all their settings, and `edgepass adopt` adds them to the stacks again. With
 * `retention: delete` everything is deleted.
 */
export async function runDestroy(
  context: CommandContext,
  selection: string | undefined,
  options: DestroyOptions,
): Promise<ExitCode> {
  const chosen = loadChosenEnvironment(context, selection);
  const { name, retention } = chosen.environment;
  const stacks = await synthesiseStacks(context, chosen, variablesFor(context, chosen));
  const leavings: Leaving[] = [];
  for (const stack of stacks) leavings.push(await planLeaving(stack));
  for (const leaving of leavings) describe(context, leaving);
  if (options.yes !== true && !(await isConfirmed(context, name))) {
    writeLine(context.errorOutput, 'nothing was destroyed');
    return EXIT.refused;
  }
  for (const { run } of leavings) await requireTerraform(['apply', PLAN_FILE], run);
  writeLine(context.output, `environment ${name} is destroyed`);
  if (retention === 'keep') {
    writeLine(
      context.output,
      '  what was kept comes back with `edgepass adopt` and the next deploy',
    );
  }
  return EXIT.done;
}
