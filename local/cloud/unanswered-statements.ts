import { AthenaClient, DeletePreparedStatementCommand } from '@aws-sdk/client-athena';
import { clientSettings } from '../aws/clients';
import type { ProcessEnvironment } from '../aws/endpoints';

/** What MiniStack says; Terraform may break its lines between any two words. */
const REFUSED_CREATION = /Prepared\s+statement\s+(\w+)\s+already\s+exists\s+in\s+([\w.-]+)/g;

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
export async function deleteStatements(
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

/** How often statements are made again that the emulator made without answering. */
const REPEATS_MAX = 5;

/** Applies, and again while all that failed are statements that the emulator made without answering. */
export async function applyWithStatements(
  apply: () => Promise<unknown>,
  environment: ProcessEnvironment,
  repeatsLeft = REPEATS_MAX,
): Promise<void> {
  try {
    await apply();
  } catch (error) {
    const statements = error instanceof Error ? unansweredStatements(error.message) : [];
    if (statements.length === 0 || repeatsLeft === 0) throw error;
    await deleteStatements(statements, environment);
    await applyWithStatements(apply, environment, repeatsLeft - 1);
  }
}
