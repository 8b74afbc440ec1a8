import http from 'node:http';
import type net from 'node:net';
import { AthenaClient } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from '#aws/clients';
import type { ProcessEnvironment } from '#aws/endpoints';
import { LOOPBACK_ADDRESS, LOOPBACK_HOST } from '#core/contract/loopback';
import { AthenaApi, InvalidRequestError } from './athena-api';
import { Executions } from './executions';
import { QueryRunner } from './query-runner';

const BODY_BYTES_MAX = 1024 * 1024;
const TARGET = /^AmazonAthena\.(\w+)$/;
/** Headers that belong to one connection and must not be passed on. */
const HOP_HEADERS = ['host', 'connection', 'content-length', 'transfer-encoding', 'expect'];

export interface AthenaEndpointSettings {
  /** Port on the loopback interface. 0 selects a free port. */
  readonly port: number;
  /**
   * Variables with the addresses of the emulator. Its Glue and S3 are used, and its Athena for all
   * calls that do not run statements.
   */
  readonly environment: ProcessEnvironment;
  /** Milliseconds since the Unix epoch. */
  readonly nowMilliseconds: () => number;
}

/** An Athena endpoint for the local cloud. `AWS_ENDPOINT_URL_ATHENA` can point to it. */
export interface AthenaEndpoint {
  readonly url: string;
  stop(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

function refusal(status: number, type: string, message: string): Reply {
  return { status, body: JSON.stringify({ __type: type, Message: message, message }) };
}

async function readBody(request: http.IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

async function passOn(
  emulator: string,
  { headers }: http.IncomingMessage,
  body: Buffer,
): Promise<Reply> {
  const kept = Object.entries(headers).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && !HOP_HEADERS.includes(entry[0]),
  );
  const response = await fetch(emulator, {
    method: 'POST',
    headers: Object.fromEntries(kept),
    body: new Uint8Array(body),
  });
  return { status: response.status, body: await response.text() };
}

function parseInput(body: Buffer): Readonly<Record<string, unknown>> {
  const input: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  if (typeof input === 'object' && input !== null && !Array.isArray(input))
    return input as Readonly<Record<string, unknown>>;
  throw new SyntaxError('no JSON object');
}

/** Returns whether a `Host` header, with or without port, names a loopback host. */
function isLoopbackName(host = ''): boolean {
  return LOOPBACK_HOST.test(host.replace(/:\d+$/, ''));
}

async function answer(
  api: AthenaApi,
  emulator: string,
  request: http.IncomingMessage,
): Promise<Reply> {
  // A web page could let its own domain name resolve to this machine (DNS rebinding). Checking the
  // `Host` header prevents that, because a page cannot change it.
  if (!isLoopbackName(request.headers.host))
    return refusal(403, 'AccessDeniedException', 'only loopback names are answered');
  const action = TARGET.exec(String(request.headers['x-amz-target']))?.[1];
  if (request.method !== 'POST' || action === undefined)
    return refusal(400, 'UnknownOperationException', 'X-Amz-Target is not AmazonAthena.<action>');
  const body = await readBody(request);
  if (body === undefined)
    return refusal(413, 'RequestEntityTooLargeException', `at most ${BODY_BYTES_MAX} bytes`);
  try {
    const output = await api.answer(action, parseInput(body));
    if (output !== undefined) return { status: 200, body: JSON.stringify(output) };
  } catch (error) {
    if (error instanceof InvalidRequestError) return refusal(400, error.name, error.message);
    if (error instanceof SyntaxError)
      return refusal(400, 'SerializationException', 'the body is no JSON object');
    throw error;
  }
  return passOn(emulator, request, body);
}

function createExecutions({ environment, nowMilliseconds }: AthenaEndpointSettings): Executions {
  const s3 = new S3Client({ ...clientSettings(environment, 'S3'), forcePathStyle: true });
  const glue = new GlueClient(clientSettings(environment, 'GLUE'));
  return new Executions(new QueryRunner({ glue, s3, nowMilliseconds }), nowMilliseconds);
}

/**
 * Returns the settings for the emulator's Athena. `AWS_ENDPOINT_URL_ATHENA` is ignored, because it
 * could point to this endpoint.
 */
function emulatorAthena(environment: ProcessEnvironment): ReturnType<typeof clientSettings> {
  return clientSettings({ ...environment, AWS_ENDPOINT_URL_ATHENA: undefined }, 'ATHENA');
}

/**
 * Starts the endpoint on the loopback interface. It differs from Athena in three ways: it runs one
 * statement at a time, it counts the bytes of whole objects even if only some Parquet columns are
 * needed, and it writes no results to S3.
 */
export async function startAthenaEndpoint(
  settings: AthenaEndpointSettings,
): Promise<AthenaEndpoint> {
  const executions = createExecutions(settings);
  const athena = emulatorAthena(settings.environment);
  const api = new AthenaApi({ emulator: new AthenaClient(athena), executions });
  const emulator = athena.endpoint ?? '';
  const server = http.createServer((request, response) => {
    void answer(api, emulator, request)
      .catch((error: unknown) =>
        refusal(500, 'InternalServerException', error instanceof Error ? error.message : ''),
      )
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(body);
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: settings.port, host: LOOPBACK_ADDRESS }, resolve);
  });
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `http://${LOOPBACK_ADDRESS}:${port}`,
    stop: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await executions.stopAll();
    },
  };
}
