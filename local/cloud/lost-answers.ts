import { AthenaClient, DeletePreparedStatementCommand } from '@aws-sdk/client-athena';
import { clientSettings } from '../aws/clients';
import type { ProcessEnvironment } from '../aws/endpoints';

/** What MiniStack says; Terraform may break its lines between any two words. */
const REFUSED_CREATION = /Prepared\s+statement\s+(\w+)\s+already\s+exists\s+in\s+([\w.-]+)/g;

/** What Terraform's provider says of a connection that broke before the answer was read. */
const BROKEN_CONNECTION =
  /use\s+of\s+closed\s+network\s+connection|connection\s+reset\s+by\s+peer|broken\s+pipe|unexpected\s+EOF/;

/** How often is applied again. */
const REPEATS_MAX = 5;

interface Statement {
  readonly name: string;
  readonly workgroup: string;
}

/** Statements that an apply made without hearing of it, as far as the end of its output names them. */
export function unansweredStatements(output: string): Statement[] {
  return [...output.matchAll(REFUSED_CREATION)].map(([, name = '', workgroup = '']) => ({
    name,
    workgroup,
  }));
}

/**
 * Deletes them, so that the next apply makes them again. On a busy machine a connection to the emulator breaks
 * after the call was carried out and before it is answered; the provider repeats the call, and is refused.
 */
async function deleteStatements(
  statements: readonly Statement[],
  environment: ProcessEnvironment,
): Promise<void> {
  const client = new AthenaClient(clientSettings(environment, 'ATHENA'));
  for (const { name, workgroup } of statements) {
    await client.send(
      new DeletePreparedStatementCommand({ StatementName: name, WorkGroup: workgroup }),
    );
  }
  client.destroy();
}

/** Whether an apply failed because the emulator did something and its answer was lost, which the next one mends. */
export function hasLostAnswers(output: string): boolean {
  return unansweredStatements(output).length > 0 || BROKEN_CONNECTION.test(output);
}

/** Applies, and again while it fails because the emulator did something without answering. */
export async function applyDespiteLostAnswers(
  apply: () => Promise<unknown>,
  environment: ProcessEnvironment,
  repeatsLeft = REPEATS_MAX,
): Promise<void> {
  try {
    await apply();
  } catch (error) {
    const output = error instanceof Error ? error.message : '';
    if (repeatsLeft === 0 || !hasLostAnswers(output)) throw error;
    await deleteStatements(unansweredStatements(output), environment);
    await applyDespiteLostAnswers(apply, environment, repeatsLeft - 1);
  }
}
