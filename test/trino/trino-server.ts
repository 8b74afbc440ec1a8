import { spawn } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTrinoEngine } from '#analytics/engines/trino';
import { findFreePort } from '#local/emulator/ports';

const READY_MILLISECONDS_MAX = 180_000;
const POLL_MILLISECONDS = 250;

export interface TrinoServerSettings {
  readonly java: string;
  /** Folder of the unpacked server. */
  readonly home: string;
  /** Where Glue and S3 answer. */
  readonly emulatorEndpoint: string;
  readonly region: string;
  /** Folder for configuration, data and log; the caller removes it. */
  readonly folder: string;
}

/** A running Trino of our own. */
export interface TrinoServer {
  readonly url: string;
  readonly version: string;
  stop(): Promise<void>;
}

/** Memory that one statement may use, with the nodes of a cluster together and on each of them. */
export const STATEMENT_MEMORY = '256MB';

const JVM_OPTIONS = [
  '-server',
  '-Xmx1G',
  '-XX:+UseSerialGC',
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:-OmitStackTraceInFastThrow',
  '-XX:ReservedCodeCacheSize=256M',
  '-XX:PerMethodRecompilationCutoff=10000',
  '-XX:PerBytecodeRecompilationCutoff=10000',
  '-Djdk.attach.allowAttachSelf=true',
  '-Djdk.nio.maxCachedBufferSize=2000000',
  '-Dfile.encoding=UTF-8',
  '--add-modules=jdk.incubator.vector',
  '-Duser.timezone=UTC',
];

type Properties = Readonly<Record<string, string>>;

function configurationFiles(
  { emulatorEndpoint: endpoint, region, folder }: TrinoServerSettings,
  port: number,
): Readonly<Record<string, Properties>> {
  const credentials = { 'aws-access-key': 'test', 'aws-secret-key': 'test' };
  const prefixed = (prefix: string, values: Properties): Properties =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
  return {
    'config.properties': {
      coordinator: 'true',
      'node-scheduler.include-coordinator': 'true',
      'http-server.http.port': String(port),
      'discovery.uri': `http://127.0.0.1:${port}`,
      'catalog.management': 'static',
      'query.max-memory': STATEMENT_MEMORY,
      'query.max-memory-per-node': STATEMENT_MEMORY,
      'memory.heap-headroom-per-node': '256MB',
    },
    'node.properties': {
      'node.environment': 'test',
      'node.id': 'n1',
      'node.data-dir': path.join(folder, 'data'),
      // It listens on every interface unless told otherwise.
      'node.bind-ip': '127.0.0.1',
      'node.internal-address': '127.0.0.1',
    },
    // Named as in Athena, so that a query that names its catalog runs on both.
    'catalog/awsdatacatalog.properties': {
      'connector.name': 'hive',
      'hive.metastore': 'glue',
      ...prefixed('hive.metastore.glue.', {
        region,
        'endpoint-url': endpoint,
        'partitions-segments': '1',
        ...credentials,
      }),
      'hive.partition-projection-enabled': 'true',
      'hive.table-statistics-enabled': 'false',
      'fs.native-s3.enabled': 'true',
      ...prefixed('s3.', { endpoint, region, 'path-style-access': 'true', ...credentials }),
    },
  };
}

function writeConfiguration(settings: TrinoServerSettings, port: number): string {
  const etc = path.join(settings.folder, 'etc');
  mkdirSync(path.join(etc, 'catalog'), { recursive: true });
  for (const [file, properties] of Object.entries(configurationFiles(settings, port))) {
    const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(path.join(etc, file), lines.join(''));
  }
  writeFileSync(path.join(etc, 'jvm.config'), `${JVM_OPTIONS.join('\n')}\n`);
  return etc;
}

interface ServerInfo {
  readonly starting: boolean;
  readonly nodeVersion: { readonly version: string };
}

async function readInfo(url: string): Promise<ServerInfo | undefined> {
  try {
    const response = await fetch(`${url}/v1/info`, { signal: AbortSignal.timeout(2_000) });
    return response.ok ? ((await response.json()) as ServerInfo) : undefined;
  } catch {
    return undefined;
  }
}

/** A server that has started knows itself as a worker a moment later. */
async function hasWorker(url: string): Promise<boolean> {
  const engine = createTrinoEngine({ url, user: 'test', catalog: 'system', schema: 'runtime' });
  try {
    const { rows } = await engine.run("select count(*) from nodes where state = 'active'");
    return Number(rows[0]?.[0]) > 0;
  } catch (error) {
    if (error instanceof Error && error.message.includes('NO_NODES_AVAILABLE')) return false;
    throw error;
  }
}

/** Starts Trino on a free loopback port and waits until it answers queries. */
export async function startTrino(settings: TrinoServerSettings): Promise<TrinoServer> {
  const port = await findFreePort();
  const etc = writeConfiguration(settings, port);
  const logFile = path.join(settings.folder, 'trino.log');
  const log = openSync(logFile, 'w');
  const javaHome = path.dirname(path.dirname(settings.java));
  const child = spawn(
    path.join(settings.home, 'bin', 'launcher'),
    ['run', '-etc-dir', etc, '-data-dir', path.join(settings.folder, 'data')],
    {
      env: {
        ...process.env,
        JAVA_HOME: javaHome,
        PATH: [path.dirname(settings.java), process.env['PATH']].join(path.delimiter),
      },
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  const isRunning = (): boolean =>
    child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const stop = async (): Promise<void> => {
    if (!isRunning()) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    // The whole group: the launcher may have started Java as a child. It holds nothing worth an
    // orderly end.
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await exited;
  };
  const url = `http://127.0.0.1:${port}`;
  for (
    let waited = 0;
    waited < READY_MILLISECONDS_MAX && isRunning();
    waited += POLL_MILLISECONDS
  ) {
    const info = await readInfo(url);
    if (info?.starting === false && (await hasWorker(url)))
      return { url, version: info.nodeVersion.version, stop };
    await sleep(POLL_MILLISECONDS);
  }
  await stop();
  throw new Error(`Trino did not start on Java ${settings.java}: see ${logFile}`);
}
