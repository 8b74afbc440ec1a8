import { createAwsClients } from '#aws/clients';
import { CHECK_TOKEN_VARIABLE } from '#core/contract/process-variables';
import { InputError } from '#core/errors';
import { type CommandContext, writeLine } from '../context';
import {
  type DeployedEnvironment,
  loadChosenEnvironment,
  openEnvironment,
  variablesFor,
} from '../deployed-environment';
import { EXIT, type ExitCode } from '../exit-codes';
import { NothingDeployedError } from '../unreachable-error';
import {
  checkDirectS3,
  checkKeyGroup,
  checkOneDistribution,
  checkOriginAccess,
  checkPrivateKey,
  checkPublicAccessBlock,
} from './aws-probes';
import {
  type CheckContext,
  type CheckDescription,
  type CheckId,
  CHECKLIST,
  type CheckResult,
} from './checklist';
import { checkLogsArrive } from './log-arrival-probes';
import { checkRefusalsLogged } from './log-probes';
import { checkQuotas } from './quota-probes';
import {
  checkAuthentication,
  checkOwnership,
  checkRenewal,
  checkShortExpiry,
} from './session-probes';

const PROBES: Readonly<Record<CheckId, (context: CheckContext) => Promise<CheckResult>>> = {
  'public-access-block': checkPublicAccessBlock,
  'oac-only': checkOriginAccess,
  'one-distribution': checkOneDistribution,
  'key-group': checkKeyGroup,
  'private-key': checkPrivateKey,
  authentication: checkAuthentication,
  ownership: checkOwnership,
  'short-expiry': checkShortExpiry,
  renewal: checkRenewal,
  'refusals-logged': checkRefusalsLogged,
  'logs-arrive': checkLogsArrive,
  quotas: ({ deployed }) => checkQuotas({ ...deployed, isDeployed: true }),
  'direct-s3': checkDirectS3,
};

const WORDS: Readonly<Record<CheckResult['outcome'], string>> = {
  pass: 'pass',
  fail: 'FAIL',
  unknown: 'cannot be checked',
};

export interface CheckOptions {
  readonly environment?: string;
  /** Id of the only check to run. */
  readonly only?: string;
}

function chooseChecks(
  only: string | undefined,
): readonly (CheckDescription & { readonly id: CheckId })[] {
  if (only === undefined) return CHECKLIST;
  const chosen = CHECKLIST.filter(({ id }) => id === only);
  if (chosen.length > 0) return chosen;
  throw new InputError({
    code: 'ERR_CHECK_ID',
    field: '--only',
    received: only,
    allowed: CHECKLIST.map(({ id }) => id).join(', '),
  });
}

/** Runs a check. A check that throws an error does not pass, because it has proved nothing. */
async function runProbe(id: CheckId, context: CheckContext): Promise<CheckResult> {
  try {
    return await PROBES[id](context);
  } catch (error) {
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : 'the probe failed';
    return { outcome: 'unknown', detail };
  }
}

function fillIn(command: string, { deployed }: CheckContext): string {
  const { deployment, environment } = deployed;
  const values: Readonly<Record<string, string>> = {
    'content bucket': deployment.buckets.content.name,
    'content bucket domain': deployment.buckets.content.regionalDomainName,
    distribution: deployment.distribution.id,
    'signing key': deployment.signingSlots[0]?.kmsKeyId ?? '',
    'content base URL': deployment.contentBaseUrl,
    'log bucket': deployment.buckets.logs.name,
    'session log group': deployment.logGroups.session,
    environment: environment.name,
  };
  return command.replace(/<([^>]+)>/g, (placeholder, name: string) => values[name] ?? placeholder);
}

function writeResult(
  { output }: CommandContext,
  { id, title, command }: CheckDescription,
  { outcome, detail }: CheckResult,
): void {
  writeLine(output, `${WORDS[outcome].padEnd(18)} ${id.padEnd(20)} ${title}: ${detail}`);
  writeLine(output, `${''.padEnd(40)}$ ${command}`);
}

/**
 * Runs the one check that does not need a deployed environment.
 *
 * @throws NothingDeployedError if it passes but more checks were asked for
 */
async function checkBeforeDeployment(
  commandContext: CommandContext,
  options: CheckOptions,
  nothingDeployed: NothingDeployedError,
): Promise<ExitCode> {
  const description = chooseChecks(options.only).find(({ id }) => id === 'quotas');
  if (description === undefined) throw nothingDeployed;
  const loaded = loadChosenEnvironment(commandContext, options.environment);
  const variables = variablesFor(commandContext, loaded);
  const clients = createAwsClients(variables);
  const { environment } = loaded;
  const result = await checkQuotas({ environment, isDeployed: false, clients, variables });
  writeResult(commandContext, description, result);
  if (result.outcome === 'fail') return EXIT.refused;
  if (options.only === undefined) throw nothingDeployed;
  return EXIT.done;
}

/**
 * Runs the production checklist against a deployed environment. It only reads. The exit code is 1
 * if a check fails. Before the first deployment it checks only whether the account has room.
 */
export async function runCheck(
  commandContext: CommandContext,
  options: CheckOptions,
): Promise<ExitCode> {
  const chosen = chooseChecks(options.only);
  let deployed: DeployedEnvironment;
  try {
    deployed = await openEnvironment(commandContext, options.environment);
  } catch (error) {
    if (!(error instanceof NothingDeployedError)) throw error;
    return await checkBeforeDeployment(commandContext, options, error);
  }
  const context: CheckContext = {
    deployed,
    accessToken: commandContext.processEnvironment[CHECK_TOKEN_VARIABLE],
    nowMilliseconds: commandContext.nowMilliseconds(),
  };
  let failed = 0;
  for (const check of chosen) {
    const result = await runProbe(check.id, context);
    if (result.outcome === 'fail') failed += 1;
    const command = fillIn(check.command, context);
    writeResult(commandContext, { ...check, command }, result);
  }
  return failed === 0 ? EXIT.done : EXIT.refused;
}
