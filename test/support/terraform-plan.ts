import { rmSync } from 'node:fs';
import path from 'node:path';
import type { AppliedStack } from '#local/cloud/stack';
import { runTerraform } from '#local/emulator/terraform';

/** One resource in a plan that does not stay as it is. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  readonly actions: readonly string[];
  /** Arguments that differ before and after. */
  readonly changed: readonly string[];
}

/** A plan as `terraform show -json` prints it, and what it would change. */
export interface Plan {
  readonly exitCode: number;
  readonly json: string;
  readonly changes: readonly PlannedChange[];
}

interface PlanDocument {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly type: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly before: Readonly<Record<string, unknown>> | null;
      readonly after: Readonly<Record<string, unknown>> | null;
    };
  }[];
}

function changesOf({ resource_changes: resources = [] }: PlanDocument): PlannedChange[] {
  return resources
    .filter(({ change }) => change.actions.some((action) => action !== 'no-op'))
    .map(({ address, type, change: { actions, before, after } }) => ({
      address,
      type,
      actions,
      changed: Object.keys({ ...before, ...after })
        .filter((key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]))
        .sort(),
    }));
}

/**
 * Plans a stack as it is synthesised now. Exit code 0: nothing to do; 2: changes.
 *
 * @throws Error with the end of what Terraform printed when it refuses
 */
export async function planStack(
  stack: AppliedStack,
  options: readonly string[] = [],
): Promise<Plan> {
  const file = path.join(stack.folder, 'test.tfplan');
  try {
    const command = ['plan', '-detailed-exitcode', `-out=${file}`, ...options];
    const { exitCode, output } = await runTerraform(command, stack.runSettings());
    if (exitCode === 1) throw new Error(`terraform plan failed:\n${output.slice(-6_000)}`);
    const shown = await runTerraform(['show', '-json', file], stack.runSettings());
    const json = shown.output.slice(shown.output.indexOf('{'));
    return { exitCode, json, changes: changesOf(JSON.parse(json) as PlanDocument) };
  } finally {
    rmSync(file, { force: true });
  }
}
