import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { mkdirSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListKeysCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { createAwsClients } from '#aws/clients';
import { emulatorEnvironment } from '#aws/endpoints';
import { LOOPBACK_ADDRESS } from '#core/contract/loopback';
import { findFreePort } from '#local/emulator/ports';
import { projectRoot } from '#local/emulator/tools';
import { findLocalStack, type LocalStackRuntime } from './find-localstack';

const READY_MILLISECONDS_MAX = 120_000;
const STOP_MILLISECONDS_MAX = 20_000;
/** Home region of the environment. */
const STREAM_REGION = 'eu-central-1';
/** Port of LocalStack inside its container. */
const CONTAINER_PORT = 4566;
/** What LocalStack's free release has of what the stacks use, as the SDKs name it in variables. */
const SERVICES = [
  'CLOUDWATCH',
  'CLOUDWATCH_LOGS',
  'EVENTBRIDGE',
  'IAM',
  'KMS',
  'S3',
  'SNS',
  'SSM',
  'STS',
] as const;

/** A running LocalStack. */
export interface LocalStack {
  /** `AWS_ENDPOINT_URL_<SERVICE>` of every service that is to be reached there. */
  readonly serviceEndpoints: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

interface Place {
  readonly folder: string;
  readonly port: number;
}

function settingsOf({ folder, port }: Place): Record<string, string> {
  return {
    // The plain form binds every interface.
    GATEWAY_LISTEN: `[::ffff:${LOOPBACK_ADDRESS}]:${port}`,
    LOCALSTACK_HOST: `${LOOPBACK_ADDRESS}:${port}`,
    DNS_ADDRESS: '0',
    DISABLE_EVENTS: '1',
    SKIP_SSL_CERT_DOWNLOAD: '1',
    EAGER_SERVICE_LOADING: '0',
    OVERRIDE_IN_DOCKER: '0',
    FILESYSTEM_ROOT: path.join(folder, 'root'),
    CONFIG_DIR: path.join(folder, 'configuration'),
    XDG_CACHE_HOME: path.join(folder, 'cache'),
    TMPDIR: path.join(folder, 'tmp'),
    // The newer implementation forgets settings of alarms; each later plan would set them again.
    PROVIDER_OVERRIDE_CLOUDWATCH: 'v1',
  };
}

function launch(runtime: LocalStackRuntime, place: Place): ChildProcess {
  const log = openSync(path.join(place.folder, 'localstack.log'), 'a');
  const options: SpawnOptions = { detached: true, stdio: ['ignore', log, log] };
  const { PATH, HOME } = process.env;
  if ('python' in runtime) {
    const env = { PATH, HOME, ...settingsOf(place) };
    const module = ['-m', 'localstack.runtime.main'];
    return spawn(runtime.python, module, { ...options, cwd: place.folder, env });
  }
  // Not run by us so far: it needs a container engine, and a token that a licence gives.
  const publish = `${LOOPBACK_ADDRESS}:${place.port}:${CONTAINER_PORT}`;
  const variables = ['LOCALSTACK_AUTH_TOKEN', 'PROVIDER_OVERRIDE_CLOUDWATCH=v1'];
  const flags = variables.flatMap((variable) => ['--env', variable]);
  const command = ['run', '--rm', '--publish', publish, ...flags, runtime.image];
  return spawn(runtime.engine, command, options);
}

/** LocalStack reports that it is healthy before it can answer, so its services are asked. */
async function answers(endpoint: string): Promise<boolean> {
  const clients = createAwsClients(emulatorEnvironment({}, { endpoint, region: 'us-east-1' }));
  try {
    await clients.s3.send(new ListBucketsCommand({}));
    await clients.kms.send(new ListKeysCommand({}));
    await clients.ssm.send(new GetParametersByPathCommand({ Path: '/' }));
    return true;
  } catch {
    return false;
  }
}

async function waitUntilReady(endpoint: string, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + READY_MILLISECONDS_MAX; Date.now() < end;) {
    if (await answers(endpoint)) return;
    if (child.exitCode !== null) break;
    await sleep(500);
  }
  throw new Error(`LocalStack does not answer at ${endpoint}: see its log in .edgepass`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = new Promise<true>((resolve) => {
    child.once('exit', () => {
      resolve(true);
    });
  });
  process.kill(-child.pid, 'SIGTERM');
  const stopped = await Promise.race([exited, sleep(STOP_MILLISECONDS_MAX, false)]);
  if (!stopped) process.kill(-child.pid, 'SIGKILL');
}

/**
 * Makes an unencrypted stream. LocalStack's logs look for the stream of a subscription in
 * LocalStack itself, which cannot encrypt one. The stream of the stack is in the other emulator;
 * this one stands in for it.
 */
async function provideStream(endpoint: string, name: string): Promise<void> {
  const { s3 } = createAwsClients(emulatorEnvironment({}, { endpoint, region: 'us-east-1' }));
  const Bucket = 'stands-for-a-stream';
  await s3.send(new CreateBucketCommand({ Bucket }));
  const { status } = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'x-amz-target': 'Firehose_20150804.CreateDeliveryStream',
      'content-type': 'application/x-amz-json-1.1',
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${STREAM_REGION}/firehose/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify({
      DeliveryStreamName: name,
      S3DestinationConfiguration: {
        BucketARN: `arn:aws:s3:::${Bucket}`,
        RoleARN: 'arn:aws:iam::000000000000:role/stands-for-a-role',
      },
    }),
  });
  if (status !== 200) throw new Error(`LocalStack made no stream ${name}: status ${status}`);
}

/**
 * Starts an empty LocalStack on a loopback port for one environment, and waits for its services.
 *
 * @throws Error when it cannot be had or does not start
 */
export async function startLocalStack(name: string): Promise<LocalStack> {
  const runtime = findLocalStack();
  if ('missing' in runtime) throw new Error(runtime.missing);
  const folder = path.join(projectRoot(), '.edgepass', name, 'localstack');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, 'tmp'), { recursive: true });
  const port = await findFreePort();
  const child = launch(runtime, { folder, port });
  const endpoint = `http://${LOOPBACK_ADDRESS}:${port}`;
  try {
    await waitUntilReady(endpoint, child);
    await provideStream(endpoint, `edgepass-${name}-issued-grants`);
  } catch (error) {
    await end(child);
    throw error;
  }
  return {
    serviceEndpoints: Object.fromEntries(
      SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, endpoint]),
    ),
    stop: () => end(child),
  };
}
