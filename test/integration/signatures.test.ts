import { execFile, execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { GetPublicAccessBlockCommand, PutPublicAccessBlockCommand } from '@aws-sdk/client-s3';
import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { COOKIE_NAMES } from '#core/contract/credential-names';
import type { ViewerErrorCode } from '#core/contract/error-bodies';
import { decodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { buildErrorBody } from '#core/verification/viewer-refusals';
import type { EdgeRequest } from '#local/cloudfront/exchange';
import { runEdgepass } from '../support/edgepass-command';
import { deleteKey, distrustKey, readPublicKey, trustKey } from '../support/foreign-key';
import { buildHostileRequests, type SignedRequest } from '../support/hostile-requests';
import { buildCookieHeader, openSession, parseCookieHeader } from '../support/session';
import { fetchAccessToken, startTestCloud, type TestCloud } from '../support/test-cloud';
import { hangUp, view, type ViewerAnswer } from '../support/viewer';
import { ForeignTools, type ToolKey } from '../vectors/foreign-tools';

const NAME = 'test-signatures';
const PICTURE = '/t/acme/f/picture-1/landscape.png';
const SECOND_PICTURE = '/t/acme/f/picture-2/landscape.png';
const FOREIGN_PICTURE = '/t/globex/f/picture-1/landscape.png';
const PICK_UP_MILLISECONDS_MAX = 120_000;
const LIFETIME_SECONDS = 600;

type Cookies = Record<string, string>;

const tools = new ForeignTools();
const keys = { rsa: tools.generateKey('rsa'), p256: tools.generateKey('p256') };
const keyPairIds = { rsa: '', p256: '' };
const awsCliIsThere = ((): boolean => {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

let cloud: TestCloud;

/**
 * Repeats the request until the edge answers differently. Nobody tells the edge about the change;
 * it must find out by itself.
 */
async function waitUntil(
  ask: () => Promise<ViewerAnswer>,
  isDone: (answer: ViewerAnswer) => boolean,
): Promise<ViewerAnswer> {
  let answer = await ask();
  for (let waited = 0; waited < PICK_UP_MILLISECONDS_MAX && !isDone(answer); waited += 200) {
    await sleep(200);
    answer = await ask();
  }
  return answer;
}

const isUnknownKey = ({ text }: ViewerAnswer): boolean => text === buildErrorBody('InvalidKey');

beforeAll(async () => {
  cloud = await startTestCloud(NAME);
  for (const kind of ['rsa', 'p256'] as const) {
    keyPairIds[kind] = await trustKey(cloud, `${NAME}-${kind}`, keys[kind].publicKey);
  }
  const probe = signedBySdk('p256', 'SHA256');
  await waitUntil(
    () => view(cloud, { path: PICTURE, headers: { cookie: probe } }),
    (answer) => !isUnknownKey(answer),
  );
});

afterAll(async () => {
  hangUp();
  await cloud.stop();
  tools.dispose();
});

const expiry = (): number => Math.floor(Date.now() / 1_000) + LIFETIME_SECONDS;
const urlOf = (path: string): string => `${cloud.addresses.contentBaseUrl}${path}`;
const policyFor = (path: string): string =>
  `{"Statement":[{"Resource":"${urlOf(path)}","Condition":{"DateLessThan":{"AWS:EpochTime":${expiry()}}}}]}`;

function signedBySdk(kind: keyof typeof keys, algorithm: 'SHA1' | 'SHA256', path = '/t/acme/*') {
  const cookies = getSignedCookies({
    policy: policyFor(path),
    keyPairId: keyPairIds[kind],
    privateKey: keys[kind].pem,
    algorithm,
  });
  return buildCookieHeader(cookies as unknown as Cookies);
}

function signedByOpenssl(key: ToolKey, keyPairId: string, hash: 'sha1' | 'sha256'): string {
  const policy = policyFor('/t/acme/*');
  return buildCookieHeader({
    'CloudFront-Policy': tools.cloudFrontBase64(policy),
    'CloudFront-Signature': tools.opensslSignature(policy, key, { hash }),
    'CloudFront-Key-Pair-Id': keyPairId,
    ...(hash === 'sha256' && { 'CloudFront-Hash-Algorithm': 'SHA256' }),
  });
}

async function statusOf(path: string, cookie?: string): Promise<number> {
  const headers = cookie === undefined ? {} : { cookie };
  return (await view(cloud, { path, headers })).status;
}

describe('cookies that others signed with a trusted key', () => {
  it.each<[string, () => string]>([
    ['@aws-sdk/cloudfront-signer, RSA and SHA-1', () => signedBySdk('rsa', 'SHA1')],
    ['@aws-sdk/cloudfront-signer, RSA and SHA-256', () => signedBySdk('rsa', 'SHA256')],
    ['@aws-sdk/cloudfront-signer, P-256 and SHA-256', () => signedBySdk('p256', 'SHA256')],
    ['OpenSSL, RSA and SHA-1', () => signedByOpenssl(keys.rsa, keyPairIds.rsa, 'sha1')],
    ['OpenSSL, RSA and SHA-256', () => signedByOpenssl(keys.rsa, keyPairIds.rsa, 'sha256')],
    ['OpenSSL, P-256 and SHA-256', () => signedByOpenssl(keys.p256, keyPairIds.p256, 'sha256')],
  ])('C-03: open exactly their path: %s', async (_title, sign) => {
    const cookie = sign();
    expect(await statusOf(PICTURE, cookie)).toBe(200);
    expect(await statusOf(SECOND_PICTURE, cookie)).toBe(200);
    expect(await statusOf(`${PICTURE}?any=query`, cookie)).toBe(200);
    for (const path of [FOREIGN_PICTURE, '/t/acme', '/t/acme-evil/x', '/u/acme/x', '/']) {
      expect(await statusOf(path, cookie)).toBe(403);
    }
    const altered = cookie.replace(/(Signature=.{20})./, '$1~');
    expect(altered === cookie ? 403 : await statusOf(PICTURE, altered)).toBe(403);
  });

  it('C-09: open nothing when the marker names the other hash', async () => {
    const marked = `${signedBySdk('rsa', 'SHA1')}; CloudFront-Hash-Algorithm=SHA256`;
    const unmarked = signedBySdk('rsa', 'SHA256').replace(/; CloudFront-Hash-Algorithm=\w+/, '');
    expect(await statusOf(PICTURE, marked)).toBe(403);
    expect(await statusOf(PICTURE, unmarked)).toBe(403);
  });

  it('C-05: open nothing when they were made for another host', async () => {
    const policy = policyFor('/t/acme/*').replace(urlOf(''), 'http://localhost:1');
    const cookies = getSignedCookies({
      policy,
      keyPairId: keyPairIds.rsa,
      privateKey: keys.rsa.pem,
    });
    const cookie = buildCookieHeader(cookies as unknown as Cookies);
    const answer = await view(cloud, { path: PICTURE, headers: { cookie } });
    expect(answer.refusal).toBe('signature: outside_resource');
  });

  it('C-06: open nothing as canned cookies for a wildcard, which the SDK makes without complaint', async () => {
    const cookies = getSignedCookies({
      url: urlOf('/t/acme/*'),
      dateLessThan: new Date(expiry() * 1_000),
      keyPairId: keyPairIds.rsa,
      privateKey: keys.rsa.pem,
    });
    const cookie = buildCookieHeader(cookies as unknown as Cookies);
    expect(cookie).toContain('CloudFront-Expires=');
    expect(await statusOf(PICTURE, cookie)).toBe(403);
  });
});

describe('URLs that others signed with a trusted key', () => {
  const pathOf = (signedUrl: string): string => signedUrl.slice(urlOf('').length);

  async function expectToOpenOnly(signedUrl: string, path: string): Promise<void> {
    expect(signedUrl.startsWith(`${urlOf(path)}?`)).toBe(true);
    const signed = pathOf(signedUrl);
    expect(await statusOf(signed)).toBe(200);
    expect(await statusOf(signed.replace('picture-1', 'picture-2'))).toBe(403);
    expect(await statusOf(signed.replace('/t/acme/', '/t/globex/'))).toBe(403);
    expect(await statusOf(signed.replace('?', '?more=1&'))).toBe(403);
    expect(await statusOf(path)).toBe(403);
  }

  it.each<[string, keyof typeof keys, 'SHA1' | 'SHA256']>([
    ['RSA and SHA-1', 'rsa', 'SHA1'],
    ['RSA and SHA-256', 'rsa', 'SHA256'],
    ['P-256 and SHA-256', 'p256', 'SHA256'],
  ])('C-07: @aws-sdk/cloudfront-signer, canned, %s', async (_title, kind, algorithm) => {
    const signedUrl = getSignedUrl({
      url: urlOf(PICTURE),
      dateLessThan: new Date(expiry() * 1_000),
      keyPairId: keyPairIds[kind],
      privateKey: keys[kind].pem,
      algorithm,
    });
    expect(signedUrl).toContain('Expires=');
    await expectToOpenOnly(signedUrl, PICTURE);
  });

  it('C-07: @aws-sdk/cloudfront-signer, custom policy', async () => {
    const signedUrl = getSignedUrl({
      url: urlOf(PICTURE),
      policy: policyFor(PICTURE),
      keyPairId: keyPairIds.rsa,
      privateKey: keys.rsa.pem,
      algorithm: 'SHA256',
    });
    await expectToOpenOnly(signedUrl, PICTURE);
  });

  it('C-23: a signed URL counts alone: cookies beside it change nothing', async () => {
    const expired = getSignedUrl({
      url: urlOf(PICTURE),
      dateLessThan: new Date(Date.now() - 60_000),
      keyPairId: keyPairIds.rsa,
      privateKey: keys.rsa.pem,
    });
    expect(await statusOf(pathOf(expired), signedBySdk('rsa', 'SHA1'))).toBe(403);
  });

  const cli = awsCliIsThere
    ? 'aws cloudfront sign, canned and custom'
    : 'aws cloudfront sign is not tried here: `aws` is not on PATH (pip install awscli)';
  it(`C-07: ${cli}`, async () => {
    const sign = (...more: string[]): string | undefined =>
      tools.awsCliSignedUrl(keys.rsa, [
        ...['--url', urlOf(PICTURE), '--key-pair-id', keyPairIds.rsa],
        ...['--date-less-than', String(expiry()), ...more],
      ]);
    const urls = awsCliIsThere ? [sign(), sign('--date-greater-than', '1700000000')] : [];
    expect(urls.every((url) => url !== undefined)).toBe(true);
    for (const url of urls) await expectToOpenOnly(url ?? '', PICTURE);
  });
});

describe('the key group', () => {
  it('is followed by itself: a new key opens within seconds, and a removed one nothing any more', async () => {
    const key = tools.generateKey('p256');
    const id = await trustKey(cloud, `${NAME}-passing`, key.publicKey);
    const cookie = signedByOpenssl(key, id, 'sha256');
    const ask = (): Promise<ViewerAnswer> => view(cloud, { path: PICTURE, headers: { cookie } });
    expect((await waitUntil(ask, (answer) => !isUnknownKey(answer))).status).toBe(200);
    await distrustKey(cloud, id);
    const after = await waitUntil(ask, isUnknownKey);
    expect({ status: after.status, text: after.text, refusal: after.refusal }).toEqual({
      status: 403,
      text: buildErrorBody('InvalidKey'),
      refusal: 'signature: unknown_key',
    });
    await deleteKey(cloud, id);
  });
});

describe('altered cookies of our own', () => {
  const flip = (text: string, at: number): string => {
    const other = text[at] === 'A' ? 'B' : 'A';
    return text.slice(0, at) + other + text.slice(at + 1);
  };
  const without = (all: Cookies, name: string): Cookies =>
    Object.fromEntries(Object.entries(all).filter(([key]) => key !== name));

  const widePolicy = (resource: string): string =>
    Buffer.from(
      JSON.stringify({
        Statement: [
          { Resource: resource, Condition: { DateLessThan: { 'AWS:EpochTime': 4_102_444_800 } } },
        ],
      }),
    )
      .toString('base64')
      .replace(/\+/g, '-')
      .replace(/=/g, '_')
      .replace(/\//g, '~');

  it.each<[string, (cookies: Cookies) => Cookies, { code: ViewerErrorCode; reason: string }]>([
    [
      'C-11: a character of the signature',
      (all) => ({ ...all, [COOKIE_NAMES.signature]: flip(all[COOKIE_NAMES.signature] ?? '', 9) }),
      { code: 'AccessDenied', reason: 'bad_signature' },
    ],
    [
      'C-11: junk behind the signature',
      (all) => ({ ...all, [COOKIE_NAMES.signature]: `${all[COOKIE_NAMES.signature] ?? ''}!!` }),
      { code: 'MalformedSignature', reason: 'malformed_signature' },
    ],
    [
      'C-12: a policy of one’s own for everything, until the year 2100',
      (all) => ({ ...all, [COOKIE_NAMES.policy]: widePolicy('http://*') }),
      { code: 'AccessDenied', reason: 'bad_signature' },
    ],
    [
      'C-12: a policy that is none',
      (all) => ({ ...all, [COOKIE_NAMES.policy]: 'bm9uZQ__' }),
      { code: 'MalformedPolicy', reason: 'policy_not_json' },
    ],
    [
      'an unknown key id',
      (all) => ({ ...all, [COOKIE_NAMES.keyPairId]: 'K00000000000' }),
      { code: 'InvalidKey', reason: 'unknown_key' },
    ],
    [
      'C-09: SHA1 in place of SHA256',
      (all) => ({ ...all, [COOKIE_NAMES.hashAlgorithm]: 'SHA1' }),
      { code: 'AccessDenied', reason: 'bad_signature' },
    ],
    [
      'C-09: an unknown hash algorithm',
      (all) => ({ ...all, [COOKIE_NAMES.hashAlgorithm]: 'MD5' }),
      { code: 'AccessDenied', reason: 'unsupported_hash' },
    ],
    [
      'a policy without its signature',
      (all) => without(all, COOKIE_NAMES.signature),
      { code: 'AccessDenied', reason: 'missing_signature' },
    ],
    [
      'no policy',
      (all) => without(all, COOKIE_NAMES.policy),
      { code: 'MalformedPolicy', reason: 'missing_policy' },
    ],
  ])('%s: refused, and the reason is in the log', async (_title, alter, { code, reason }) => {
    const session = await openSession(cloud, 'ada');
    const cookie = buildCookieHeader(alter(parseCookieHeader(session.cookieFor(PICTURE))));
    const answer = await view(cloud, { path: PICTURE, headers: { cookie } });
    expect({ status: answer.status, text: answer.text }).toEqual({
      status: 403,
      text: buildErrorBody(code),
    });
    expect(answer.refusal).toContain(reason);
    const logged = cloud.served.find(
      ({ requestId }) => requestId === answer.headers['x-amz-cf-id'],
    );
    expect(logged?.refusal?.reasons).toContain(reason);
  });

  it('C-30: a second cookie of the same name opens nothing', async () => {
    const [own, foreign] = [await openSession(cloud, 'ada'), await openSession(cloud, 'grace')];
    const both = [own.cookieFor(PICTURE), foreign.cookieFor(FOREIGN_PICTURE)];
    for (const cookie of [both.join('; '), both.reverse().join('; ')]) {
      const answer = await view(cloud, { path: PICTURE, headers: { cookie } });
      expect(answer.status).toBe(403);
      expect(answer.refusal).toContain('duplicate_credential');
    }
  });

  it('C-23: a reserved query name makes the cookies count for nothing', async () => {
    const session = await openSession(cloud, 'ada');
    const cookie = session.cookieFor(PICTURE);
    for (const query of ['Expires=1', 'Policy=x', 'Key-Pair-Id=K1', 'Signature=x']) {
      const answer = await view(cloud, { path: `${PICTURE}?${query}`, headers: { cookie } });
      expect(answer.status).toBe(403);
    }
  });
});

describe('our own signatures', () => {
  it('C-09: verify with OpenSSL, and not once altered', async () => {
    const session = await openSession(cloud, 'ada');
    const { pem: publicKey } = await readPublicKey(
      cloud.clients.cloudFront,
      cloud.deployment.signingSlots[0]?.keyPairId ?? '',
    );
    for (const { path } of session.cookies.filter(({ name }) => name === COOKIE_NAMES.policy)) {
      const cookies = parseCookieHeader(session.cookieFor(`${path}x`));
      const message = decodeCloudFrontBase64(cookies[COOKIE_NAMES.policy] ?? '');
      const signature = decodeCloudFrontBase64(cookies[COOKIE_NAMES.signature] ?? '');
      if (message === undefined || signature === undefined) throw new Error('not their base64');
      expect(tools.opensslVerifies({ publicKey, message, signature })).toBe(true);
      const altered = Uint8Array.from(message, (byte, at) => (at === 30 ? byte ^ 1 : byte));
      expect(tools.opensslVerifies({ publicKey, message: altered, signature })).toBe(false);
    }
  });
});

describe('edgepass grant', () => {
  const grant = (...more: string[]): ReturnType<typeof runEdgepass> =>
    runEdgepass(['grant', '--environment', NAME, ...more]);

  it('prints cookies that open one tenant, and the curl line for them', async () => {
    const { exitCode, output } = await grant('--tenant', 'acme', '--lifetime', '120');
    expect(exitCode).toBe(0);
    const cookie = output.split('\n').slice(0, 4).join('; ');
    const curl = output.split('\n').find((line) => line.startsWith('curl ')) ?? '';
    expect(curl).toContain(`-H 'cookie: ${cookie}'`);
    const { stdout } = await promisify(execFile)('sh', ['-c', `${curl} -s`]);
    expect(stdout).toMatch(/^HTTP\/1.1 200 /);
    expect(await statusOf(PICTURE, cookie)).toBe(200);
    expect(await statusOf(FOREIGN_PICTURE, cookie)).toBe(403);
  });

  it.each<[string, readonly string[], string]>([
    ['C-01: a wildcard for a tenant', ['--tenant', '*'], 'tenant'],
    ['C-08: a life of more than 15 minutes', ['--tenant', 'acme', '--lifetime', '901'], '900'],
  ])('signs nothing for %s', async (_title, arguments_, named) => {
    const { exitCode, output, errorOutput } = await grant(...arguments_);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
    expect(errorOutput).toContain(named);
  });
});

describe('edgepass check', () => {
  const check = (
    environment: Readonly<Record<string, string>> = {},
    ...more: string[]
  ): ReturnType<typeof runEdgepass> =>
    runEdgepass(['check', '--environment', NAME, ...more], { environment });
  const countOf = (output: string, word: string): number =>
    output.split('\n').filter((line) => line.startsWith(word)).length;

  it('passes what it can check without a token, and says what it cannot', async () => {
    const { exitCode, output } = await check();
    expect({ exitCode, fails: countOf(output, 'FAIL') }).toEqual({ exitCode: 0, fails: 0 });
    // Two need a token, one needs traffic that is older than this cloud.
    expect(countOf(output, 'cannot be checked')).toBe(3);
    expect(output).toContain('EDGEPASS_CHECK_TOKEN');
  });

  it('passes all but one with a token, and never prints it', async () => {
    const token = await fetchAccessToken(cloud, 'ada');
    const { exitCode, output, errorOutput } = await check({ EDGEPASS_CHECK_TOKEN: token });
    expect({ exitCode, passes: countOf(output, 'pass') }).toEqual({ exitCode: 0, passes: 12 });
    expect(output + errorOutput).not.toContain(token.slice(0, 30));
  });

  it('S-01: fails with 1 when a public-access block is off', async () => {
    const { s3 } = cloud.clients;
    const Bucket = cloud.deployment.buckets.content.name;
    const { PublicAccessBlockConfiguration: blocks } = await s3.send(
      new GetPublicAccessBlockCommand({ Bucket }),
    );
    const change = (BlockPublicPolicy: boolean): Promise<unknown> =>
      s3.send(
        new PutPublicAccessBlockCommand({
          Bucket,
          PublicAccessBlockConfiguration: { ...blocks, BlockPublicPolicy },
        }),
      );
    await change(false);
    const { exitCode, output } = await check({}, '--only', 'public-access-block');
    await change(true);
    expect(exitCode).toBe(1);
    expect(output).toMatch(/^FAIL .*BlockPublicPolicy/);
  });
});

describe('edgepass verify', () => {
  const COUNT = 1_200;
  const LANES = 12;

  async function serveAll(requests: ReturnType<typeof buildHostileRequests>): Promise<void> {
    const queue = [...requests];
    const lane = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        await view(cloud, next);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  const rawUrlOf = ({ protocol, host, rawPath, rawQuery }: EdgeRequest): string =>
    `${protocol}://${host}${rawPath}${rawQuery === undefined ? '' : `?${rawQuery}`}`;

  async function signedRequests(): Promise<readonly SignedRequest[]> {
    const [ada, margaret] = [await openSession(cloud, 'ada'), await openSession(cloud, 'margaret')];
    return [
      ada.cookieFor(PICTURE),
      margaret.cookieFor(FOREIGN_PICTURE),
      signedBySdk('rsa', 'SHA1'),
      signedBySdk('rsa', 'SHA256', PICTURE),
      signedBySdk('p256', 'SHA256', '/t/globex/*'),
    ].map((header) => ({ path: PICTURE, cookies: parseCookieHeader(header) }));
  }

  it('M-01: comes to the verdicts of the edge on a thousand recorded exchanges', async () => {
    const before = cloud.served.length;
    const signed = await signedRequests();
    await serveAll(buildHostileRequests(signed, { count: COUNT, seed: 20_261_122 }));
    const ids = [cloud.deployment.signingSlots[0]?.keyPairId ?? '', ...Object.values(keyPairIds)];
    const pems = ids.map(async (id) => [
      id,
      (await readPublicKey(cloud.clients.cloudFront, id)).pem,
    ]);
    const publicKeys = Object.fromEntries(await Promise.all(pems)) as Record<string, string>;
    // If the guard refused the request, the edge did not check the key.
    const decided = cloud.served
      .slice(before)
      .filter(({ pathPattern, refusal }) => pathPattern !== '/api/*' && refusal?.layer !== 'guard');
    const input = decided.map(({ request, startedAtMilliseconds }) =>
      JSON.stringify({
        url: rawUrlOf(request),
        method: request.method,
        headers: request.headers,
        clientIp: request.clientIp,
        now: Math.floor(startedAtMilliseconds / 1_000),
        publicKeys,
      }),
    );
    const { exitCode, output } = await runEdgepass(['verify', '-'], { input: input.join('\n') });
    const verdicts = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(exitCode).toBe(0);
    expect(decided.length).toBeGreaterThan(1_000);
    expect(verdicts).toEqual(
      decided.map(({ response, refusal }) =>
        refusal?.layer === 'signature'
          ? {
              allowed: false,
              status: 403,
              code: /<Code>(\w+)</.exec(response.body.toString())?.[1],
              body: response.body.toString(),
              reasons: refusal.reasons,
            }
          : { allowed: true },
      ),
    );
    const allowed = decided.filter(({ refusal }) => refusal?.layer !== 'signature').length;
    expect(allowed).toBeGreaterThan(COUNT / 20);
    expect(allowed).toBeLessThan(COUNT / 2);
  });
});
