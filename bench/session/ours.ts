// Runs the deployed bundle, one invocation after the other. `reuse`: always the same person.
// `fresh`: another person each time.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { resolveIssuer } from '#access-token/presets';
import { fetchTokens, measure, readStandIns } from './measure';

const ORIGIN_SECRET = 'bench-origin-secret-0123456789abcdef0123456789';
const standIns = readStandIns();

function prepareBundle(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-bench-'));
  cpSync(path.join(__dirname, '..', '..', 'dist', 'functions', 'session'), folder, {
    recursive: true,
  });
  const issuer = resolveIssuer({
    preset: 'generic',
    issuer: standIns.tokenIssuer,
    jwksUrl: `${standIns.origin}/jwks`,
    audience: { accepted: ['edgepass'] },
    tenants: { from: 'claim', claim: 'tenants' },
  });
  const settings = {
    issuers: [issuer],
    pinnedJwks: {},
    appOrigins: ['https://app.example.com'],
    cookies: { sameSite: 'lax' },
    grants: {
      cookieLifetimeSeconds: 900,
      signedUrlLifetimeSeconds: 900,
      signedUrlBatchLifetimeSeconds: 300,
      reuseWindowSeconds: 60,
      shareAcrossSubjects: false,
      capToToken: 'auto',
    },
    allowLoopbackHttp: true,
  };
  writeFileSync(path.join(folder, 'settings.json'), JSON.stringify(settings));
  return folder;
}

function setVariables(): void {
  const slot = {
    slot: 'a',
    state: 'active',
    custody: 'kms',
    keyPairId: 'KBENCH',
    kmsKeyId: standIns.kmsKeyId,
    algorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
  };
  Object.assign(process.env, {
    EDGEPASS_CONTENT_BASE_URL: 'https://media.example.com',
    EDGEPASS_SIGNING_SLOTS: JSON.stringify([slot]),
    EDGEPASS_ORIGIN_SECRETS: JSON.stringify([ORIGIN_SECRET]),
    EDGEPASS_GRANT_LOG_GROUP: '/edgepass/bench/issued-grants',
    AWS_ENDPOINT_URL: standIns.origin,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    // Writing log lines is part of the measured work.
    POWERTOOLS_LOG_LEVEL: 'INFO',
  });
}

type Handler = (
  event: unknown,
  context: unknown,
) => Promise<{ statusCode: number; cookies?: string[] }>;

function eventFor(token: string): unknown {
  return {
    version: '2.0',
    rawPath: '/api/session',
    rawQueryString: '',
    headers: {
      authorization: `Bearer ${token}`,
      origin: 'https://app.example.com',
      'x-edgepass-origin-secret': ORIGIN_SECRET,
    },
    requestContext: { http: { method: 'POST', path: '/api/session' } },
    isBase64Encoded: false,
  };
}

async function main(mode: string, requests: number): Promise<void> {
  setVariables();
  const folder = prepareBundle();
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const { handler } = (await import(path.join(folder, 'index.js'))) as { handler: Handler };
  const subjects =
    mode === 'reuse' ? ['one'] : Array.from({ length: requests }, (_, at) => `person-${at}`);
  const tokens = await fetchTokens(standIns, subjects);
  // Lambda stores what a function prints. Here it would mix with the results, so it is dropped.
  console.log = console.info = () => undefined;
  await measure(async (at) => {
    const context = { awsRequestId: `bench-${at}`, functionName: 'bench' };
    const { statusCode, cookies = [] } = await handler(
      eventFor(tokens[at % tokens.length] ?? ''),
      context,
    );
    if (statusCode !== 200 || cookies.length !== 9)
      throw new Error(`answered ${statusCode} with ${cookies.length} cookies`);
  }, requests);
}

void main(process.argv[2] ?? 'reuse', Number(process.argv[3] ?? 1_000));
