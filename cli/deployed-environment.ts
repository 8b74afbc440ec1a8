import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AwsClients } from '#aws/clients';
import { emulatorEnvironment, type ProcessEnvironment } from '#aws/endpoints';
import type { DeploymentRecord } from '#configuration/deployment-record';
import { type LoadedEnvironment, loadEnvironment } from '#configuration/load-environment';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_VARIABLE } from '#core/contract/process-variables';
import { findRunningCloud, type RunningCloud } from '#local/cloud/claim';
import { cloudFolder, isCloudName } from './cloud-name';
import type { CommandContext } from './context';
import { NothingDeployedError, UnreachableError } from './unreachable-error';

/** A deployed environment: its file, its deployment record, and clients for its services. */
export interface DeployedEnvironment extends LoadedEnvironment {
  readonly deployment: DeploymentRecord;
  readonly clients: AwsClients;
  /** Environment variables with the endpoints of this environment. */
  readonly variables: ProcessEnvironment;
}

/** An environment file, and the running local cloud that uses it, if there is one. */
export interface ChosenEnvironment extends LoadedEnvironment {
  readonly running?: RunningCloud;
}

/**
 * A local cloud with another name has no file in `environments/`. If it has left its data here, it
 * exists but is not running, and the error says so.
 */
function refuseStoppedCloud({ root }: CommandContext, name: string): void {
  const isCommitted = existsSync(path.join(root, 'environments', `${name}.json`));
  const isCloud =
    isCloudName(name) && existsSync(path.join(cloudFolder(root, name), 'environment'));
  if (isCommitted || !isCloud) return;
  throw new UnreachableError(
    `environment ${name} is not running: start it with \`npm start -- --name ${name}\``,
  );
}

/**
 * Loads an environment by name or path. If a local cloud of this name is running, its own file is
 * used and not the committed one.
 */
export function loadChosenEnvironment(
  context: CommandContext,
  chosen: string | undefined,
): ChosenEnvironment {
  const selection =
    chosen ?? context.processEnvironment[ENVIRONMENT_VARIABLE] ?? DEFAULT_ENVIRONMENT;
  const running = selection.endsWith('.json')
    ? undefined
    : findRunningCloud(cloudFolder(context.root, selection));
  if (running === undefined) refuseStoppedCloud(context, selection);
  const loaded = loadEnvironment({
    selection: running?.environmentFile ?? selection,
    ...(chosen !== undefined && { selectedBy: 'environment' }),
    projectFolder: context.root,
  });
  return { ...loaded, ...(running !== undefined && { running }) };
}

/** Variables that reach an environment: AWS, or the emulator that is given or runs here. */
export function variablesFor(
  context: CommandContext,
  loaded: ChosenEnvironment,
): ProcessEnvironment {
  const { environment } = loaded;
  const given = context.processEnvironment['AWS_ENDPOINT_URL'];
  if (environment.target === 'aws')
    return { ...context.processEnvironment, AWS_REGION: environment.region };
  const endpoint = given ?? loaded.running?.endpoint;
  if (endpoint === undefined) {
    throw new UnreachableError(
      `environment ${environment.name} is not running: start it with \`npm start\`, or set AWS_ENDPOINT_URL`,
    );
  }
  const { region } = environment;
  const isRunningHere = endpoint === loaded.running?.endpoint;
  return {
    ...(isRunningHere && loaded.running.serviceEndpoints),
    ...emulatorEnvironment(context.processEnvironment, { endpoint, region }),
  };
}

/**
 * Returns the environment variables with which the log buckets are reached: those of the named or
 * running environment, otherwise those of this process.
 */
export function variablesForBuckets(
  context: CommandContext,
  chosen: string | undefined,
): ProcessEnvironment {
  const { processEnvironment, root } = context;
  const named = chosen ?? processEnvironment[ENVIRONMENT_VARIABLE];
  const endpoint = processEnvironment['AWS_ENDPOINT_URL'];
  if (named === undefined && endpoint !== undefined) {
    const region = processEnvironment['AWS_REGION'] ?? 'us-east-1';
    return emulatorEnvironment(processEnvironment, { endpoint, region });
  }
  const runsHere = findRunningCloud(cloudFolder(root, DEFAULT_ENVIRONMENT)) !== undefined;
  if (named === undefined && !runsHere) return processEnvironment;
  return variablesFor(context, loadChosenEnvironment(context, named));
}

/**
 * Reads what an environment deployed.
 *
 * @throws UnreachableError when it does not answer or nothing is deployed; ConfigurationError when
 * its file is wrong
 */
export async function openEnvironment(
  context: CommandContext,
  chosen: string | undefined,
): Promise<DeployedEnvironment> {
  const loaded = loadChosenEnvironment(context, chosen);
  const { name } = loaded.environment;
  const variables = variablesFor(context, loaded);
  const { createAwsClients, readDeployment } = await import('#aws/clients');
  const clients = createAwsClients(variables);
  const deployment = await readDeployment(clients.ssm, name).catch((error: unknown) => {
    const detail = error instanceof Error ? error.message || error.name : 'no answer';
    throw new UnreachableError(`environment ${name} does not answer: ${detail}`);
  });
  if (deployment === undefined)
    throw new NothingDeployedError(`environment ${name} has deployed nothing yet`);
  return { ...loaded, deployment, clients, variables };
}
