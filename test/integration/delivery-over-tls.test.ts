import { createPublicKey } from 'node:crypto';
import { GetDistributionConfigCommand } from '@aws-sdk/client-cloudfront';
import { COOKIE_NAMES } from '#core/contract/credential-names';
import { decodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { buildErrorBody } from '#core/verification/viewer-refusals';
import { runEdgepass } from '../support/edgepass-command';
import { readPublicKey } from '../support/foreign-key';
import {
  buildCookieHeader,
  cookieHeaderFor,
  openSession,
  parseCookieHeader,
  parseSetCookies,
} from '../support/session';
import { fetchAccessToken, startTestCloud, type TestCloud } from '../support/test-cloud';
import { hangUp, sendTo, view } from '../support/viewer';
import { ForeignTools } from '../vectors/foreign-tools';

const NAME = 'test-tls';
const PICTURE = '/t/acme/f/picture-1/landscape.png';
const FOREIGN_PICTURE = '/t/globex/f/picture-1/landscape.png';

let cloud: TestCloud;
let aheadMilliseconds = 0;

beforeAll(async () => {
  cloud = await startTestCloud(NAME, {
    tls: true,
    nowMilliseconds: () => Date.now() + aheadMilliseconds,
    environmentChanges: () => ({
      signingKeys: { a: { state: 'active', custody: 'kms', keySpec: 'ECC_NIST_P256' } },
    }),
  });
});

afterEach(() => {
  aheadMilliseconds = 0;
});

afterAll(async () => {
  hangUp();
  await cloud.stop();
});

describe('the edge over TLS', () => {
  it('answers clients that trust the local authority', async () => {
    expect(cloud.addresses.contentBaseUrl).toMatch(/^https:/);
    const answer = await view(cloud, PICTURE);
    expect({ status: answer.status, text: answer.text }).toEqual({
      status: 403,
      text: buildErrorBody('MissingKey'),
    });
  });

  it('is not trusted by clients that do not know that authority', async () => {
    const answer = sendTo(cloud.addresses.contentBaseUrl, { path: PICTURE });
    await expect(answer).rejects.toThrow(/certificate/);
  });

  it('S-04: answers nothing to plain HTTP', async () => {
    const plain = cloud.addresses.contentBaseUrl.replace('https:', 'http:');
    await expect(sendTo(plain, { path: '/public/notice.txt' })).rejects.toThrow(
      /socket hang up|ECONNRESET/,
    );
  });

  it('S-04: every behaviour is deployed as https-only, as on AWS', async () => {
    const { DistributionConfig } = await cloud.clients.cloudFront.send(
      new GetDistributionConfigCommand({ Id: cloud.deployment.distribution.id }),
    );
    const behaviors = [
      DistributionConfig?.DefaultCacheBehavior,
      ...(DistributionConfig?.CacheBehaviors?.Items ?? []),
    ];
    expect(behaviors.length).toBeGreaterThan(4);
    expect(behaviors.map((one) => one?.ViewerProtocolPolicy)).toEqual(
      behaviors.map(() => 'https-only'),
    );
  });
});

describe('the gallery over TLS', () => {
  it('S-08: is served with the scheme of the content, since http and https are two sites', async () => {
    const { galleryOrigin } = cloud.addresses;
    const page = await sendTo(galleryOrigin, { path: '/' }, cloud.certificate?.authorityFile);
    expect(galleryOrigin).toMatch(/^https:/);
    expect({ status: page.status, type: page.headers['content-type'] }).toEqual({
      status: 200,
      type: expect.stringContaining('text/html') as string,
    });
  });

  it('K-01: is told addresses and no key', async () => {
    const settings = await sendTo(
      cloud.addresses.galleryOrigin,
      { path: '/settings.json' },
      cloud.certificate?.authorityFile,
    );
    expect(Object.keys(JSON.parse(settings.text) as object).sort()).toEqual([
      'clientId',
      'contentBaseUrl',
      'tenants',
      'tokenIssuer',
    ]);
  });
});

describe('a session over TLS, signed with P-256', () => {
  it("opens one's own picture and nothing of others", async () => {
    const session = await openSession(cloud, 'ada');
    expect((await session.view(PICTURE)).status).toBe(200);
    const answer = await view(cloud, {
      path: FOREIGN_PICTURE,
      headers: { cookie: session.cookieFor(PICTURE) },
    });
    expect({ status: answer.status, refusal: answer.refusal }).toEqual({
      status: 403,
      refusal: 'signature: outside_resource',
    });
  });

  it('C-04: signs for https and this very host', async () => {
    const session = await openSession(cloud, 'ada');
    const cookies = parseCookieHeader(session.cookieFor(PICTURE));
    const policy = decodeCloudFrontBase64(cookies[COOKIE_NAMES.policy] ?? '') ?? [];
    expect(Buffer.from(policy).toString()).toContain(
      `"Resource":"${cloud.addresses.contentBaseUrl}/t/acme/*"`,
    );
  });

  it('C-10: makes DER signatures that OpenSSL verifies and that are short', async () => {
    const tools = new ForeignTools();
    const session = await openSession(cloud, 'ada');
    const cookies = parseCookieHeader(session.cookieFor(PICTURE));
    const encoded = cookies[COOKIE_NAMES.signature] ?? '';
    const { pem: publicKey } = await readPublicKey(
      cloud.clients.cloudFront,
      cloud.deployment.signingSlots[0]?.keyPairId ?? '',
    );
    const message = decodeCloudFrontBase64(cookies[COOKIE_NAMES.policy] ?? '') ?? new Uint8Array();
    const signature = decodeCloudFrontBase64(encoded) ?? new Uint8Array();
    expect(createPublicKey(publicKey).asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(tools.opensslVerifies({ publicKey, message, signature })).toBe(true);
    expect(encoded.length).toBeLessThan(100);
    tools.dispose();
  });

  it('C-11: refuses an altered signature', async () => {
    const session = await openSession(cloud, 'ada');
    const cookies = parseCookieHeader(session.cookieFor(PICTURE));
    const signature = cookies[COOKIE_NAMES.signature] ?? '';
    const other = signature[20] === 'A' ? 'B' : 'A';
    const cookie = buildCookieHeader({
      ...cookies,
      [COOKIE_NAMES.signature]: signature.slice(0, 20) + other + signature.slice(21),
    });
    const answer = await view(cloud, { path: PICTURE, headers: { cookie } });
    expect(answer.refusal).toContain('bad_signature');
  });

  it('opens both tenants of a person who belongs to two, until the time is over', async () => {
    const session = await openSession(cloud, 'margaret');
    for (const path of [PICTURE, FOREIGN_PICTURE]) {
      expect((await session.view(path)).status).toBe(200);
    }
    aheadMilliseconds = 901_000;
    for (const path of [PICTURE, FOREIGN_PICTURE]) {
      expect((await session.view(path)).refusal).toBe('signature: expired');
    }
  });

  it('C-38: ends with logout', async () => {
    const session = await openSession(cloud, 'grace');
    const answer = await view(cloud, {
      path: '/api/session',
      method: 'DELETE',
      headers: { cookie: session.cookieFor('/api/session') },
    });
    const after = [...session.cookies, ...parseSetCookies(answer.setCookies)];
    expect(cookieHeaderFor(after, FOREIGN_PICTURE)).toBe('');
  });
});

describe('the command over TLS', () => {
  const trusting = (): Record<string, string> => ({
    NODE_EXTRA_CA_CERTS: cloud.certificate?.authorityFile ?? '',
  });

  it('edgepass check passes all but what needs older traffic', async () => {
    const environment = {
      ...trusting(),
      EDGEPASS_CHECK_TOKEN: await fetchAccessToken(cloud, 'ada'),
    };
    const { exitCode, output } = await runEdgepass(['check', '--environment', NAME], {
      environment,
    });
    expect(output.split('\n').filter((line) => line.startsWith('pass'))).toHaveLength(12);
    expect(output).toMatch(/^cannot be checked +logs-arrive/m);
    expect(exitCode).toBe(0);
  });

  it('edgepass grant signs with the P-256 key', async () => {
    const { output } = await runEdgepass(['grant', '--tenant', 'acme', '--environment', NAME]);
    const cookie = output.split('\n').slice(0, 4).join('; ');
    expect((await view(cloud, { path: PICTURE, headers: { cookie } })).status).toBe(200);
    expect((await view(cloud, { path: FOREIGN_PICTURE, headers: { cookie } })).status).toBe(403);
  });
});
