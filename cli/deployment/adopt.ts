import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { clientSettings } from '#aws/clients';
import type { ProcessEnvironment } from '#aws/endpoints';
import { type AdoptedResource, adoptedResourcesFile } from '#core/contract/kept-manifest';
import { type CommandContext, writeLine } from '../context';
import { loadChosenEnvironment, variablesFor } from '../deployed-environment';
import { EXIT, type ExitCode } from '../exit-codes';
import { UnreachableError } from '../unreachable-error';
import { KeptSearch } from './find-kept';
import { type SynthesisedStack, synthesiseStacks } from './synthesised-stacks';

async function readAccountId(variables: ProcessEnvironment): Promise<string> {
  const client = new STSClient(clientSettings(variables, 'STS'));
  const { Account } = await client.send(new GetCallerIdentityCommand({}));
  if (Account === undefined) throw new UnreachableError('STS names no account');
  return Account;
}

async function findIn(stack: SynthesisedStack, search: KeptSearch): Promise<AdoptedResource[]> {
  const found: AdoptedResource[] = [];
  for (const resource of stack.kept) {
    const id = await search.find(resource);
    if (id !== undefined) found.push({ to: resource.address, id });
  }
  return found;
}

/**
 * Finds the kept resources of an environment that exist in the account. The next synthesis then
 * writes `import` blocks for them. A resource that is already in Terraform's state is not imported
 * again, so the command can be repeated.
 */
export async function runAdopt(
  context: CommandContext,
  selection: string | undefined,
): Promise<ExitCode> {
  const chosen = loadChosenEnvironment(context, selection);
  const { name } = chosen.environment;
  const variables = variablesFor(context, chosen);
  const file = path.join(context.root, adoptedResourcesFile(name));
  rmSync(file, { force: true });
  const stacks = await synthesiseStacks(context, chosen, variables);
  const search = new KeptSearch(variables, await readAccountId(variables));
  const adopted: Record<string, AdoptedResource[]> = {};
  for (const stack of stacks) adopted[stack.name] = await findIn(stack, search);
  const all = Object.values(adopted).flat();
  if (all.length === 0) {
    writeLine(context.output, `environment ${name} keeps nothing in this account and region`);
    return EXIT.done;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(adopted, null, 2)}\n`);
  for (const { to, id } of all) writeLine(context.output, `  ${to}: ${id}`);
  writeLine(
    context.output,
    `${all.length} resources exist; the next deploy takes them up (${path.relative(context.root, file)})`,
  );
  return EXIT.done;
}
