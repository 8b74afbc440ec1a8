import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { startEmulator, type Emulator } from '../../local/aws/emulator';
import { findFreePort } from '../../local/aws/ports';
import { projectRoot, readTools } from '../../local/aws/tools';

const { emulatorPython, node } = readTools(projectRoot());
/** As the AWS provider names itself, in part. */
const PROVIDER = 'APN/1.0 HashiCorp/1.0 Terraform/1.11.4 aws-sdk-go-v2/1.36.3';
/** A little less than the delay: clocks differ. */
const DELAY_MILLISECONDS_MIN = 45;
const CALLS = 20;

let emulator: Emulator | undefined;

async function start(): Promise<Emulator> {
  const folder = path.join(projectRoot(), '.edgepass', 'test-emulator', 'emulator');
  mkdirSync(folder, { recursive: true });
  const port = await findFreePort();
  return startEmulator({ python: emulatorPython ?? '', node, port, folder, persist: false });
}

async function listWorkGroups(agent: string): Promise<{ status: number; milliseconds: number }> {
  const started = performance.now();
  const { status } = await fetch(emulator?.endpoint ?? '', {
    method: 'POST',
    headers: {
      'user-agent': agent,
      'x-amz-target': 'AmazonAthena.ListWorkGroups',
      'content-type': 'application/x-amz-json-1.1',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/athena/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: '{}',
  });
  return { status, milliseconds: performance.now() - started };
}

async function fastestOf(agent: string): Promise<number> {
  const calls = [];
  for (let at = 0; at < CALLS; at += 1) calls.push(await listWorkGroups(agent));
  expect(new Set(calls.map(({ status }) => status))).toEqual(new Set([200]));
  return Math.min(...calls.map(({ milliseconds }) => milliseconds));
}

if (emulatorPython === null) {
  it('is not run here: AWS_ENDPOINT_URL names an emulator, so none of our own was installed', () => {
    expect(emulatorPython).toBeNull();
  });
} else {
  beforeAll(async () => {
    emulator = await start();
  });

  afterAll(async () => {
    await emulator?.stop();
  });

  it('never answers the provider before its request has ended on its side too', async () => {
    expect(await fastestOf(PROVIDER)).toBeGreaterThan(DELAY_MILLISECONDS_MIN);
  });

  it('answers everybody else at once', async () => {
    expect(await fastestOf('aws-sdk-js/3.1164.0')).toBeLessThan(await fastestOf(PROVIDER));
  });
}
