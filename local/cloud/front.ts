import path from 'node:path';
import { type AwsClients, readDeployment } from '#aws/clients';
import type { DeploymentRecord } from '#configuration/deployment-record';
import { LOOPBACK_NAMES } from '#core/contract/loopback';
import { ensureCertificate, type LocalCertificate } from '../cloudfront/certificates';
import type { Distribution } from '../cloudfront/distribution';
import { DistributionReader } from '../cloudfront/distribution-reader';
import { DistributionWatcher } from '../cloudfront/distribution-watcher';
import { Edge } from '../cloudfront/edge';
import type { RequestSink } from '../cloudfront/exchange';
import { InvalidationFollower } from '../cloudfront/invalidations';
import { startEdgeServer } from '../cloudfront/server';
import { DEFAULT_EDGE_SWITCHES, type EdgeSwitches } from '../cloudfront/switches';
import { startGallery } from '../gallery';
import { TENANTS } from '../identity/people';
import { startIdentityServer } from '../identity/server';
import { type LogDeliveries, startLogDeliveries } from '../logs/log-deliveries';
import type { LocalAddresses } from './environment-file';
import { runToEnd } from './process';
import type { StopList } from './stop-list';

export interface FrontSettings {
  readonly root: string;
  /** Folder of this cloud. */
  readonly folder: string;
  /** Serves the edge over TLS with a local certificate authority. */
  readonly tls: boolean;
  readonly switches?: Partial<EdgeSwitches>;
  readonly ports: { readonly edge: number; readonly identity: number; readonly gallery: number };
  readonly addresses: LocalAddresses;
  /** Environment variables with the address of the emulator. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clients: AwsClients;
  readonly deployment: DeploymentRecord;
  /** Milliseconds since the Unix epoch. */
  readonly nowMilliseconds: () => number;
  readonly onProgress: (text: string) => void;
  readonly sink: RequestSink;
}

/**
 * The parts of the local cloud that people and browsers use: the edge, the identity provider and
 * the gallery.
 */
export interface Front {
  readonly edge: Edge;
  readonly watcher: DistributionWatcher;
  readonly certificate: LocalCertificate | undefined;
  readonly logs: LogDeliveries;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message || error.name : 'unknown failure';
}

/**
 * Returns whether cookies are logged. If the deployed distribution cannot be read, the answer is
 * false; the edge serves nothing then either.
 */
function isLoggingCookies(watcher: Pick<DistributionWatcher, 'current'>): boolean {
  try {
    return watcher.current.logsCookies;
  } catch {
    return false;
  }
}

/**
 * Reads the distribution that is deployed now. After `edgepass destroy` and the next deploy it has
 * another id.
 */
async function readDistribution({ clients, deployment }: FrontSettings): Promise<Distribution> {
  const { distribution } =
    (await readDeployment(clients.ssm, deployment.environment)) ?? deployment;
  return await new DistributionReader(clients.cloudFront).read(distribution.id);
}

async function startEdge(stops: StopList, settings: FrontSettings): Promise<Front> {
  const { nowMilliseconds, onProgress, environment, clients, deployment } = settings;
  const switches = { ...DEFAULT_EDGE_SWITCHES, ...settings.switches };
  const watcher = stops.add(
    await DistributionWatcher.start({
      read: () => readDistribution(settings),
      keyGroupDelaySeconds: switches.keyGroupDelaySeconds,
      nowMilliseconds,
      onFailure: () => {
        onProgress('the edge could not read the distribution; it goes on with what it knows');
      },
    }),
  );
  const hosts = [new URL(settings.addresses.contentBaseUrl).host];
  const edge = new Edge({ s3: clients.s3, environment, switches, hosts, nowMilliseconds });
  stops.add(
    await InvalidationFollower.start({
      client: clients.cloudFront,
      distributionId: () => watcher.current.id,
      invalidate: (paths) => {
        edge.invalidate(paths);
      },
      onFailure: () => {
        onProgress('the edge could not read the invalidations; it tries again');
      },
    }),
  );
  const certificate = settings.tls
    ? await ensureCertificate(
        path.join(settings.folder, 'tls'),
        LOOPBACK_NAMES,
        new Date(nowMilliseconds()),
      )
    : undefined;
  const logs = stops.add(
    await startLogDeliveries({
      s3: clients.s3,
      deployment,
      logsCookies: () => isLoggingCookies(watcher),
      environment,
      nowMilliseconds,
      onFailure: (error) => {
        onProgress(`logs wait, they could not be delivered: ${describe(error)}`);
      },
    }),
  );
  stops.add(
    await startEdgeServer({
      edge,
      watcher,
      sink: (finished) => {
        logs.sink(finished);
        settings.sink(finished);
      },
      port: settings.ports.edge,
      nowMilliseconds,
      onFailure: (error) => {
        onProgress(`the edge failed on a request: ${describe(error)}`);
      },
      ...(certificate !== undefined && { certificate }),
    }),
  );
  return { edge, watcher, certificate, logs };
}

/** Bundles the scripts of the gallery. Returns their folder. */
async function buildGallery({ root, folder, environment }: FrontSettings): Promise<string> {
  const scripts = path.join(folder, 'gallery');
  const program = path.join(root, 'examples', 'gallery', 'build.mjs');
  const command = [process.execPath, program, path.join(scripts, 'gallery.js')] as const;
  await runToEnd(command, { folder: root, environment });
  return scripts;
}

/**
 * Starts the parts that people and browsers use: the edge with its logs, the identity provider and
 * the gallery.
 */
export async function startFront(stops: StopList, settings: FrontSettings): Promise<Front> {
  const { ports, root } = settings;
  const { contentBaseUrl, tokenIssuer, galleryOrigin, otherSiteOrigin } = settings.addresses;
  const front = await startEdge(stops, settings);
  const { certificate } = front;
  stops.add(
    await startIdentityServer({
      tokenIssuer,
      galleryOrigins: [galleryOrigin, otherSiteOrigin],
      port: ports.identity,
    }),
  );
  const scripts = await buildGallery(settings);
  stops.add(
    await startGallery(
      { root, scripts, port: ports.gallery, ...(certificate !== undefined && { certificate }) },
      { contentBaseUrl, tokenIssuer, tenants: TENANTS },
    ),
  );
  return front;
}
