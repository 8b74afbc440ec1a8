import { rmSync } from 'node:fs';
import path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AwsClients, clientSettings, createAwsClients, readDeployment } from '#aws/clients';
import { emulatorEnvironment, selectServiceEndpoints } from '#aws/endpoints';
import type { DeploymentRecord } from '#configuration/deployment-record';
import { adoptedResourcesFile } from '#core/contract/kept-manifest';
import { LOOPBACK_ADDRESS } from '#core/contract/loopback';
import { startAthenaEndpoint } from '../athena/server';
import type { RequestSink } from '../cloudfront/exchange';
import type { EdgeSwitches } from '../cloudfront/switches';
import { choosePorts } from '../emulator/ports';
import type { Tools } from '../emulator/tools';
import { seedFiles } from '../seed/files';
import { seedContent } from '../seed/seed';
import { ApplyStamp } from './apply-stamp';
import { CloudClaim } from './claim';
import { CloudStartError } from './cloud-errors';
import { readEarlierDeployment } from './earlier-deployment';
import {
  type EnvironmentChanges,
  type LocalAddresses,
  writeEnvironmentFile,
} from './environment-file';
import { type Front, startFront } from './front';
import { reservePorts } from './port-reservation';
import { provideEmulator } from './provide-emulator';
import { LocalDeployment } from './stack';
import { StopList } from './stop-list';

const REGION = 'eu-central-1';
const PREFERRED_PORTS: CloudPorts = { emulator: 4666, edge: 4680, identity: 4685, gallery: 4690 };

/** Ports of the parts of a cloud on the loopback interface. */
export type CloudPorts = Readonly<Record<'emulator' | 'edge' | 'identity' | 'gallery', number>>;

export interface LocalCloudSettings {
  readonly root: string;
  readonly tools: Tools;
  /**
   * Name of the environment. The folder below `.edgepass/` with all data of this cloud has the same
   * name.
   */
  readonly name: string;
  /** Serves the edge over TLS with a local certificate authority. */
  readonly tls: boolean;
  /** Deletes all data of an earlier run first. */
  readonly reset: boolean;
  /** Ports for a first start, if they are free. Default: the ports of `npm start`. */
  readonly preferredPorts?: CloudPorts;
  readonly switches?: Partial<EdgeSwitches>;
  /** Keys of the environment file that differ from the committed local environment. */
  readonly environmentChanges?: EnvironmentChanges;
  /**
   * Environment variables of this process. If they contain AWS_ENDPOINT_URL, that emulator is used.
   */
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the Unix epoch. */
  readonly nowMilliseconds: () => number;
  /** Stops the start before its next step. */
  readonly stopSignal?: AbortSignal;
  readonly onProgress: (text: string) => void;
  readonly sink: RequestSink;
}

/** A running local cloud. */
export interface LocalCloud extends Front {
  readonly addresses: LocalAddresses;
  readonly deployment: DeploymentRecord;
  readonly clients: AwsClients;
  readonly stack: LocalDeployment;
  /** Environment variables with which `edgepass`, Terraform and the AWS CLI reach the emulator. */
  readonly environment: Readonly<Record<string, string>>;
  readonly environmentFile: string;
  /**
   * Resolves with a description when the emulator ends unexpectedly. Never resolves if this project
   * did not start the emulator.
   */
  readonly emulatorEnded: Promise<string>;
  stop(): Promise<void>;
}

function homeOf({ root, name }: LocalCloudSettings): string {
  return path.join(root, '.edgepass', name);
}

function stampOf(settings: LocalCloudSettings): ApplyStamp {
  return new ApplyStamp({ environmentName: settings.name, folder: homeOf(settings) });
}

function forgetEarlierRun(settings: LocalCloudSettings): void {
  stampOf(settings).forget();
  // What `edgepass adopt` found was in an emulator that is empty now.
  rmSync(path.join(settings.root, adoptedResourcesFile(settings.name)), { force: true });
}

interface Deploying {
  readonly clients: AwsClients;
  /** Puts the example content into what was deployed. */
  readonly seed: (record: DeploymentRecord) => Promise<void>;
}

async function seedEverything(
  { buckets, fileTable: tableName }: DeploymentRecord,
  { clients: { s3 }, environment, tokenIssuer }: SeedPlace,
): Promise<void> {
  const bucket = buckets.content.name;
  await seedContent(s3, bucket);
  if (tableName === undefined) return;
  const dynamoDb = new DynamoDBClient(clientSettings(environment, 'DYNAMODB'));
  await seedFiles({ s3, dynamoDb, bucket, tableName, tokenIssuer });
}

interface SeedPlace {
  readonly clients: AwsClients;
  readonly environment: Readonly<Record<string, string>>;
  readonly tokenIssuer: string;
}

/** Deploys the synthesised stack to the emulator. Fast if it is already deployed. */
async function deploy(
  settings: LocalCloudSettings,
  stack: LocalDeployment,
  { clients, seed }: Deploying,
): Promise<DeploymentRecord> {
  const step = (text: string): void => {
    settings.stopSignal?.throwIfAborted();
    settings.onProgress(text);
  };
  step('synthesising the stacks');
  await stack.synthesise();
  const before = await readEarlierDeployment(clients.ssm, settings.name);
  const stamp = stampOf(settings);
  if (before.kind === 'this-version' && (await stamp.isOf(stack.digest(), clients.ssm))) {
    return before.record;
  }
  // The emulator was killed and has lost its data, so Terraform's state describes resources that do
  // not exist.
  if (before.kind === 'none') stack.forgetState();
  step('applying the stack with Terraform');
  await stamp.begin(clients.ssm);
  await stack.apply();
  const record = await readDeployment(clients.ssm, settings.name);
  if (record === undefined) throw new Error('the stack was applied but wrote no deployment record');
  step('seeding pictures');
  await seed(record);
  await stamp.finish(stack.digest(), clients.ssm);
  return record;
}

function addressesFor(
  tls: boolean,
  ports: { edge: number; identity: number; gallery: number },
): LocalAddresses {
  const scheme = tls ? 'https' : 'http';
  return {
    contentBaseUrl: `${scheme}://localhost:${ports.edge}`,
    // Page and content use the same scheme. Browsers treat http and https on one host as two sites
    // and would not send a Lax cookie from one to the other.
    galleryOrigin: `${scheme}://localhost:${ports.gallery}`,
    otherSiteOrigin: `${scheme}://${LOOPBACK_ADDRESS}:${ports.gallery}`,
    tokenIssuer: `http://localhost:${ports.identity}`,
  };
}

/**
 * Starts a local cloud: emulator, stack, edge, identity provider and gallery.
 *
 * @throws AlreadyRunningError when another process runs this cloud; CloudStartError when a part
 * cannot be started. Before CloudStartError is thrown, everything that was started is stopped.
 */
export async function startLocalCloud(settings: LocalCloudSettings): Promise<LocalCloud> {
  const { claim, endedLeftover } = await CloudClaim.take(homeOf(settings));
  const stops = new StopList();
  stops.add({
    stop: () => {
      claim.release();
    },
  });
  if (endedLeftover) settings.onProgress('ended an emulator that a killed run left behind');
  try {
    return await startParts(settings, claim, stops);
  } catch (error) {
    await stops.stop();
    // A plain Error, from this code or from the system, has a message for people. Any other class
    // is an internal error.
    const isExplained = error instanceof Error && error.name === 'Error';
    throw isExplained ? new CloudStartError(error.message, { cause: error }) : error;
  }
}

/** Adds the endpoint for Athena statements, because the emulator's Athena cannot run them. */
async function withAthena(
  { nowMilliseconds }: LocalCloudSettings,
  stops: StopList,
  environment: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const { url } = stops.add(await startAthenaEndpoint({ port: 0, environment, nowMilliseconds }));
  // A variable that the caller has set is used instead.
  return { AWS_ENDPOINT_URL_ATHENA: url, ...environment };
}

async function startParts(
  settings: LocalCloudSettings,
  claim: CloudClaim,
  stops: StopList,
): Promise<LocalCloud> {
  const home = homeOf(settings);
  const ports = await choosePorts(home, settings.preferredPorts ?? PREFERRED_PORTS);
  const reservation = stops.add(await reservePorts([ports.edge, ports.identity, ports.gallery]));
  const addresses = addressesFor(settings.tls, ports);
  const environmentFile = writeEnvironmentFile({
    template: path.join(settings.root, 'environments', 'local.json'),
    folder: home,
    name: settings.name,
    addresses,
    ...(settings.environmentChanges !== undefined && { changes: settings.environmentChanges }),
  });
  const reach = (endpoint: string): Record<string, string> =>
    emulatorEnvironment(settings.processEnvironment, { endpoint, region: REGION });
  if (settings.reset) forgetEarlierRun(settings);
  const { endpoint, emulator } = await provideEmulator({
    ...settings,
    folder: home,
    port: ports.emulator,
    isUpToDate: (candidate) =>
      stampOf(settings).isSharedWith(createAwsClients(reach(candidate)).ssm),
  });
  if (emulator !== undefined) stops.add(emulator);
  const deploying = reach(endpoint);
  const clients = createAwsClients(deploying);
  const environment = await withAthena(settings, stops, deploying);
  claim.announce(
    { endpoint, environmentFile, serviceEndpoints: selectServiceEndpoints(environment) },
    emulator?.pid,
  );
  const stack = new LocalDeployment({
    root: settings.root,
    tools: settings.tools,
    folder: home,
    environmentName: settings.name,
    environmentFile,
    environment: deploying,
    onProgress: settings.onProgress,
  });
  const place = { clients, environment: deploying, tokenIssuer: addresses.tokenIssuer };
  const seed = (record: DeploymentRecord): Promise<void> => seedEverything(record, place);
  const deployment = await deploy(settings, stack, { clients, seed });
  settings.stopSignal?.throwIfAborted();
  await reservation.stop();
  const front = await startFront(stops, {
    ...settings,
    folder: home,
    ports,
    addresses,
    environment,
    clients,
    deployment,
  });
  return {
    addresses,
    deployment,
    clients,
    stack,
    ...front,
    environment,
    environmentFile,
    emulatorEnded: emulator?.exited ?? new Promise<string>(() => undefined),
    stop: () => stops.stop(),
  };
}
