import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Emulator, EMULATOR_PROGRAM, startEmulator } from '#local/emulator/emulator';
import { findFreePort } from '#local/emulator/ports';
import { projectRoot, readTools } from '#local/emulator/tools';

const { emulatorPython, node } = readTools(projectRoot());
/** A part of the User-Agent header of the AWS provider. */
const PROVIDER = 'APN/1.0 HashiCorp/1.0 Terraform/1.11.4 aws-sdk-go-v2/1.36.3';
/** A little less than the configured delay, because clocks differ. */
const DELAY_MILLISECONDS_MIN = 45;
const CALLS = 20;

let emulator: Emulator | undefined;

async function start(): Promise<Emulator> {
  const folder = path.join(projectRoot(), '.edgepass', 'test-emulator', 'emulator');
  mkdirSync(folder, { recursive: true });
  const port = await findFreePort();
  return startEmulator({ python: emulatorPython ?? '', node, port, folder, persist: false });
}

/** Sends a request as the AWS provider does. */
async function listWorkGroups(): Promise<{ status: number; milliseconds: number }> {
  const started = performance.now();
  const { status } = await fetch(emulator?.endpoint ?? '', {
    method: 'POST',
    headers: {
      'user-agent': PROVIDER,
      'x-amz-target': 'AmazonAthena.ListWorkGroups',
      'content-type': 'application/x-amz-json-1.1',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/athena/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: '{}',
  });
  return { status, milliseconds: performance.now() - started };
}

/** Returns for each request whether the emulator's program delays it. */
function waits(requests: readonly Readonly<Record<string, string>>[]): unknown {
  const program = `
import json, runpy, sys
decide = runpy.run_path(sys.argv[1])["has_body_of_the_provider"]
scopes = [{"type": "http", "headers": [(n.encode(), v.encode()) for n, v in one.items()]} for one in json.loads(sys.argv[2])]
print(json.dumps([decide(scope) for scope in [*scopes, {"type": "lifespan"}]]))`;
  const output = execFileSync(
    emulatorPython ?? '',
    ['-c', program, EMULATOR_PROGRAM, JSON.stringify(requests)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return JSON.parse(output.trim().split('\n').at(-1) ?? '');
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
    const calls = [];
    for (let at = 0; at < CALLS; at += 1) calls.push(await listWorkGroups());
    expect(new Set(calls.map(({ status }) => status))).toEqual(new Set([200]));
    const fastest = Math.min(...calls.map(({ milliseconds }) => milliseconds));
    expect(fastest).toBeGreaterThan(DELAY_MILLISECONDS_MIN);
  });

  it('lets nobody else wait, nor a request without a body', () => {
    const length = { 'content-length': '2' };
    expect(
      waits([
        { 'user-agent': PROVIDER, ...length },
        { 'user-agent': PROVIDER, 'content-length': '0' },
        { 'user-agent': PROVIDER },
        { 'user-agent': 'aws-sdk-js/3.1164.0', ...length },
        length,
      ]),
    ).toEqual([true, false, false, false, false, false]);
  });
}
