import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { COOKIE_NAMES } from '#core/contract/credential-names';
import { readPublicKey, trustKey } from '../support/foreign-key';
import { runCommand } from '../support/run-command';
import { buildCookieHeader, openSession, parseCookieHeader } from '../support/session';
import { startTestCloud, type TestCloud } from '../support/test-cloud';
import { hangUp, view, type ViewerAnswer, type ViewerInput } from '../support/viewer';

const NAME = 'test-logs';
const PICTURE = '/t/acme/f/picture-1/landscape.png';
const FOREIGN_PICTURE = '/t/globex/f/picture-1/landscape.png';

/** A refusal that the test caused, and the cause that each kind of log data can show. */
interface Caused {
  readonly kind: string;
  readonly requestId: string;
  readonly withEvidence: string;
  readonly withTraffic: string;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-causes-'));
const operator = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const caused: Caused[] = [];
let cloud: TestCloud;
let operatorKeyId: string;
let signature: string;
/** Seconds by which the edge's clock is ahead. */
let aheadMilliseconds = 0;

function requestIdOf({ headers }: ViewerAnswer): string {
  return String(headers['x-amz-cf-id']);
}

/**
 * Sends requests that will be refused at the given time of the edge, and notes what the log should
 * contain.
 */
async function cause(
  kind: string,
  request: ViewerInput & { readonly aheadMilliseconds?: number },
  causes: Pick<Caused, 'withEvidence' | 'withTraffic'>,
): Promise<void> {
  aheadMilliseconds = request.aheadMilliseconds ?? 0;
  const answer = await view(cloud, request);
  aheadMilliseconds = 0;
  if (answer.status !== 403) throw new Error(`${kind}: expected 403, got ${answer.status}`);
  caused.push({ kind, requestId: requestIdOf(answer), ...causes });
}

const both = (name: string): Pick<Caused, 'withEvidence' | 'withTraffic'> => ({
  withEvidence: name,
  withTraffic: name,
});

function alter(cookie: string, name: string, change: (value: string) => string): string {
  const cookies = parseCookieHeader(cookie);
  return buildCookieHeader({ ...cookies, [name]: change(cookies[name] ?? '') });
}

/** Makes cookies with the AWS SDK and the operator's key. */
function operatorCookies(policy: object): string {
  return buildCookieHeader(
    getSignedCookies({
      policy: JSON.stringify(policy),
      keyPairId: operatorKeyId,
      privateKey: operator.privateKey,
      hashAlgorithm: 'SHA256',
    } as Parameters<typeof getSignedCookies>[0]) as unknown as Record<string, string>,
  );
}

async function causeRefusalsOfGrants(cookie: string): Promise<void> {
  await cause(
    'altered signature',
    {
      path: PICTURE,
      headers: {
        cookie: alter(
          cookie,
          COOKIE_NAMES.signature,
          (value) => `${value.slice(0, 40)}${value[40] === 'A' ? 'B' : 'A'}${value.slice(41)}`,
        ),
      },
    },
    { withEvidence: 'bad_signature_presumed', withTraffic: 'denied_unspecified' },
  );
  await cause(
    'too early',
    { path: PICTURE, headers: { cookie }, aheadMilliseconds: -120_000 },
    both('not_yet_valid'),
  );
  await cause(
    'another tenant',
    { path: FOREIGN_PICTURE, headers: { cookie } },
    both('outside_path'),
  );
  await cause(
    'unknown key',
    { path: PICTURE, headers: { cookie: alter(cookie, COOKIE_NAMES.keyPairId, () => 'KUNKNOWN') } },
    both('unknown_key'),
  );
  await cause(
    'malformed policy',
    {
      path: PICTURE,
      headers: { cookie: alter(cookie, COOKIE_NAMES.policy, () => 'bm90IGpzb24_') },
    },
    both('malformed_policy'),
  );
  await cause(
    'malformed signature',
    { path: PICTURE, headers: { cookie: alter(cookie, COOKIE_NAMES.signature, () => '+++') } },
    both('malformed_signature'),
  );
  await cause(
    'missing object',
    { path: '/t/acme/nothing.png', headers: { cookie } },
    both('origin_refused'),
  );
  await cause(
    'ambiguous path',
    { path: '/t/acme/%2e%2e/x', headers: { cookie } },
    both('denied_unspecified'),
  );
  await cause(
    'method',
    { path: PICTURE, method: 'PUT', headers: { cookie } },
    both('method_not_allowed'),
  );
}

async function causeRefusalsOfOtherSigners(): Promise<void> {
  const base = cloud.addresses.contentBaseUrl;
  const soon = Math.floor(Date.now() / 1_000) + 600;
  const statement = (address: string): object => ({
    Statement: [
      {
        Resource: `${base}/t/acme/*`,
        Condition: {
          DateLessThan: { 'AWS:EpochTime': soon },
          IpAddress: { 'AWS:SourceIp': address },
        },
      },
    ],
  });
  await cause(
    'another address',
    { path: PICTURE, headers: { cookie: operatorCookies(statement('203.0.113.0/24')) } },
    { withEvidence: 'wrong_address', withTraffic: 'denied_unspecified' },
  );
  // The edge's clock must not be ahead here, because Athena ignores hours that have not begun.
  const lapsed = {
    Statement: [
      {
        Resource: `${base}/t/acme/*`,
        Condition: { DateLessThan: { 'AWS:EpochTime': soon - 660 } },
      },
    ],
  };
  await cause(
    'expired',
    { path: PICTURE, headers: { cookie: operatorCookies(lapsed) } },
    both('expired'),
  );
  const canned = getSignedUrl({
    url: `${base}${PICTURE}`,
    keyPairId: operatorKeyId,
    privateKey: operator.privateKey,
    dateLessThan: new Date(Date.now() - 60_000).toISOString(),
  });
  await cause('canned URL', { path: canned.slice(base.length) }, both('expired'));
}

/** Waits until the edge uses a changed key group, which takes a moment. */
async function waitUntilTrusted(): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const known = cloud.watcher.current.behaviors.some(({ trustedKeys }) =>
      [...(trustedKeys?.keys() ?? [])].some((id) => id === operatorKeyId),
    );
    if (known) return;
    await sleep(100);
  }
  throw new Error('the edge does not trust the operator’s key');
}

beforeAll(async () => {
  const confirmed = { confirmNoParentDomainCookies: true };
  cloud = await startTestCloud(NAME, {
    nowMilliseconds: () => Date.now() + aheadMilliseconds,
    environmentChanges: () => ({
      logs: { evidence: confirmed, v1: { includeCookies: true, ...confirmed } },
    }),
  });
  operatorKeyId = await trustKey(cloud, 'operator', operator.publicKey);
  await waitUntilTrusted();
  const session = await openSession(cloud, 'ada');
  const cookie = session.cookieFor(PICTURE);
  signature = parseCookieHeader(cookie)[COOKIE_NAMES.signature] ?? '';
  await session.view(PICTURE);
  await cause('no cookie', { path: PICTURE }, both('no_signature'));
  await causeRefusalsOfGrants(cookie);
  await causeRefusalsOfOtherSigners();
  await cloud.logs.flush();
});

afterAll(async () => {
  hangUp();
  await (cloud as TestCloud | undefined)?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const later = (): string => new Date(Date.now() + 3_600_000).toISOString();

async function rowsOf(
  query: string,
  ...options: readonly string[]
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const common = ['--environment', NAME, '--to', later(), '--format', 'json'];
  const { code, output, errorOutput } = await runCommand(
    'logs',
    'query',
    query,
    ...common,
    ...options,
  );
  if (code !== 0) throw new Error(errorOutput);
  return JSON.parse(output) as Readonly<Record<string, unknown>>[];
}

async function namedCauses(...options: readonly string[]): Promise<ReadonlyMap<unknown, unknown>> {
  const rows = await rowsOf('refusals', ...options);
  return new Map(rows.map(({ x_edge_request_id, cause: named }) => [x_edge_request_id, named]));
}

const expected = (knowledge: 'withEvidence' | 'withTraffic'): object =>
  Object.fromEntries(caused.map((one) => [one.kind, one[knowledge]]));
const named = (causes: ReadonlyMap<unknown, unknown>): object =>
  Object.fromEntries(caused.map(({ kind, requestId }) => [kind, causes.get(requestId)]));

describe('every kind of refusal, caused over HTTP, is in the log and named', () => {
  it('from evidence, v1 and v2 side by side, each once', async () => {
    const causes = await namedCauses();

    expect(named(causes)).toEqual(expected('withEvidence'));
    expect(causes.size).toBe(caused.length);
  });

  it('from traffic alone, where the guard noted the grant', async () => {
    const { bucket, prefix } = cloud.deployment.logs.traffic;
    const causes = await namedCauses('--source', `s3://${bucket}/${prefix}`);

    expect(named(causes)).toEqual(expected('withTraffic'));
  });

  it('on Athena, over the tables that Terraform made', async () => {
    expect(named(await namedCauses('--engine', 'athena'))).toEqual(expected('withEvidence'));
  });

  it('with public keys a presumed bad signature is a proven one, and what is genuine is attributed', async () => {
    const keys = path.join(folder, 'keys.json');
    const ids = [...cloud.deployment.signingSlots.map(({ keyPairId }) => keyPairId), operatorKeyId];
    const pems = await Promise.all(
      ids.map(async (id) => [id, (await readPublicKey(cloud.clients.cloudFront, id)).pem]),
    );
    writeFileSync(keys, JSON.stringify(Object.fromEntries(pems)));
    const rows = await rowsOf('refusals', '--public-keys', keys);
    const proven = caused
      .filter(({ requestId }) =>
        rows.some((row) => row['x_edge_request_id'] === requestId && row['proven'] === true),
      )
      .map(({ kind }) => kind);

    expect(named(new Map(rows.map((row) => [row['x_edge_request_id'], row['cause']])))).toEqual({
      ...expected('withEvidence'),
      'altered signature': 'bad_signature_proven',
    });
    expect(proven).toEqual(
      expect.arrayContaining(['expired', 'too early', 'another tenant', 'another address']),
    );
    expect(proven).not.toContain('altered signature');
  });

  it('explain-403 tells the story of one of them', async () => {
    const { requestId = '' } = caused.find(({ kind }) => kind === 'another tenant') ?? {};
    const { code, output } = await runCommand(
      'explain-403',
      requestId,
      '--environment',
      NAME,
      '--to',
      later(),
    );

    expect(code).toBe(0);
    expect(output).toMatch(/^cause {7}outside_path \(certain;/m);
    expect(output).toMatch(/^fails {7}outside_resource: .*\/t\/acme\/\*/m);
    expect(output).not.toContain(signature.slice(0, 25));
  });
});

describe('who opened what', () => {
  it('one person, found by the picture and by the person', async () => {
    const byPath = await rowsOf('who-opened', '--set', `path=${PICTURE}`);
    const [opened] = byPath;
    const user = String(opened?.['user_hash']);
    const byUser = await rowsOf('who-opened', '--set', `user_hash=${user}`);

    expect(byPath).toHaveLength(1);
    expect(opened).toMatchObject({ sure: 'one person', scope: '/t/acme/', status: 200 });
    expect(user).toMatch(/^[\w-]{22}$/);
    expect(byUser.map(({ path: opening }) => opening)).toContain(PICTURE);
  });

  it('cannot be known for a grant that is on nobody’s record', async () => {
    const base = cloud.addresses.contentBaseUrl;
    const signed = getSignedUrl({
      url: `${base}/t/acme/gallery.json`,
      keyPairId: operatorKeyId,
      privateKey: operator.privateKey,
      dateLessThan: new Date(Date.now() + 60_000).toISOString(),
    });
    expect((await view(cloud, signed.slice(base.length))).status).toBe(200);
    await cloud.logs.flush();
    const { code, output, errorOutput } = await runCommand(
      'who-opened',
      '/t/acme/gallery.json',
      '--environment',
      NAME,
    );

    expect(code).toBe(0);
    expect(output).toContain('cannot be known');
    expect(errorOutput).toContain('1 that cannot be known');
  });
});

describe('what the log bucket holds', () => {
  it('L-05: neither cookie nor signature in traffic and issuance records', async () => {
    const { bucket } = cloud.deployment.logs.traffic;
    const { Contents = [] } = await cloud.clients.s3.send(
      new ListObjectsV2Command({ Bucket: bucket }),
    );
    const keys = Contents.map(({ Key = '' }) => Key);
    const bodies = await Promise.all(
      keys.map(async (Key) => {
        const { Body } = await cloud.clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        return Key.endsWith('.gz') ? gunzipSync(bytes) : bytes;
      }),
    );

    expect(keys.some((key) => key.startsWith('traffic/'))).toBe(true);
    expect(keys.some((key) => key.startsWith('issued-grants/'))).toBe(true);
    // Parquet may store only the beginning of a long text, so the scan looks for a part of it. The
    // first 24 characters are the fingerprint and are allowed.
    expect(bodies.filter((body) => body.includes(signature.slice(24, 60)))).toEqual([]);
    expect(bodies.filter((body) => body.includes('CloudFront-Policy='))).toEqual([]);
  });
});
