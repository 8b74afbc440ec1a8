import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { GetBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { parse as parseDisposition } from 'content-disposition';
import { type AccessRequest, evaluateResourcePolicy } from '#aws/resource-policy';
import { COOKIE_NAMES } from '#core/contract/credential-names';
import type { ViewerErrorCode } from '#core/contract/error-bodies';
import { buildDownloadQuery } from '#core/policy/download-disposition';
import { fingerprintOf } from '#core/signing/fingerprint';
import { buildErrorBody } from '#core/verification/viewer-refusals';
import { runTerraform } from '#local/emulator/terraform';
import { buildSeedObjects } from '#local/seed/content';
import { readLogGroup, waitForLog } from '../support/function-logs';
import { cookieHeaderFor, openSession, parseSetCookies } from '../support/session';
import { fetchAccessToken, startTestCloud, type TestCloud } from '../support/test-cloud';
import { hangUp, sendTo, view, type ViewerAnswer } from '../support/viewer';

const PICTURE = '/t/acme/f/picture-1/landscape.png';
const FOREIGN_PICTURE = '/t/globex/f/picture-1/landscape.png';
const SESSION = '/api/session';

let cloud: TestCloud;
/**
 * Seconds by which the edge's clock is ahead. The session function uses the clock of the machine.
 */
let aheadMilliseconds = 0;

beforeAll(async () => {
  cloud = await startTestCloud('test-http', {
    nowMilliseconds: () => Date.now() + aheadMilliseconds,
  });
});

afterEach(() => {
  aheadMilliseconds = 0;
});

afterAll(async () => {
  hangUp();
  await cloud.stop();
});

const SEEDED = new Map(buildSeedObjects().map(({ key, body }) => [`/${key}`, body]));

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function seeded(path: string): Buffer {
  return SEEDED.get(path) ?? Buffer.from(`nothing is seeded at ${path}`);
}

/** Pictures are compared by their digest, because a failed comparison would print every byte. */
function expectObject(answer: ViewerAnswer, path: string): void {
  const { status, body } = answer;
  expect({ status, digest: digest(body) }).toEqual({ status: 200, digest: digest(seeded(path)) });
}

function expectRefusal(answer: ViewerAnswer, code: ViewerErrorCode, reasons?: string): void {
  expect(answer.status).toBe(403);
  expect(answer.text).toBe(buildErrorBody(code));
  expect(answer.headers['content-type']).toBe('text/xml');
  if (reasons !== undefined) expect(answer.refusal).toBe(`signature: ${reasons}`);
}

describe('Terraform', () => {
  it('validates the synthesised stack', async () => {
    const { exitCode, output } = await runTerraform(['validate'], cloud.stack.runSettings());
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.stringContaining('Success!') as string,
    });
  });

  it('plans nothing a second time', async () => {
    const command = ['plan', '-detailed-exitcode', '-lock=false'];
    const { exitCode, output } = await runTerraform(command, cloud.stack.runSettings());
    expect(output).toContain('No changes.');
    expect(exitCode).toBe(0);
  });
});

describe('without a grant', () => {
  it.each([
    ['a tenant’s picture', PICTURE, 146],
    ['what does not exist', '/t/acme/nothing', 146],
    ['a person’s folder', '/u/acme/ryCom6bpQ56hn7YobH-2iQ/x', 146],
    ['a path that no behaviour names', '/anything/else', 146],
    ['the root', '/', 146],
  ])('C-52: refuses %s with MissingKey', async (_title, path, length) => {
    const answer = await view(cloud, path);
    expectRefusal(answer, 'MissingKey', 'missing_key_id');
    expect(answer.headers['content-length']).toBe(String(length));
    expect(answer.headers['x-cache']).toBe('Error from cloudfront');
    const logged = cloud.served.find(
      ({ requestId }) => requestId === answer.headers['x-amz-cf-id'],
    );
    expect(logged?.refusal).toEqual({ layer: 'signature', reasons: ['missing_key_id'] });
  });

  it('opens what is public', async () => {
    const answer = await view(cloud, '/public/notice.txt');
    expectObject(answer, '/public/notice.txt');
  });

  it.each([
    '/public/../t/acme/f/picture-1/landscape.png',
    '/public/%2e%2e/t/acme/f/picture-1/landscape.png',
    '/t/acme/../../public/notice.txt',
    '//t/acme/f/picture-1/landscape.png',
    '/public%2f..%2ft/acme/f/picture-1/landscape.png',
    '/public/..\\t\\acme\\f\\picture-1\\landscape.png',
  ])('C-52: refuses the detour %s', async (path) => {
    const answer = await view(cloud, path);
    expect(answer.status).toBe(403);
    expect(answer.refusal).toMatch(/^(?:guard|signature): /);
  });
});

describe('a session', () => {
  it('C-31: is four cookies for each scope and one that lists them, host-only and bound to its path', async () => {
    const { answer, cookies } = await openSession(cloud, 'ada');
    const user = cookies.find(({ path }) => path.startsWith('/u/'))?.path ?? '';
    expect(user).toMatch(/^\/u\/acme\/[\w-]{22}\/$/);
    expect(cookies.map(({ name, path }) => `${path} ${name}`)).toEqual([
      ...['/t/acme/', user].flatMap((path) =>
        Object.values(COOKIE_NAMES).map((name) => `${path} ${name}`),
      ),
      '/api/session __Secure-edgepass-scopes',
    ]);
    for (const line of answer.setCookies) {
      expect(line).toMatch(/; Max-Age=(?:900|89\d); Secure; HttpOnly; SameSite=Lax$/);
    }
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it("opens one's own picture, byte for byte", async () => {
    const session = await openSession(cloud, 'ada');
    const answer = await session.view(PICTURE);
    expectObject(answer, PICTURE);
    expect(answer.headers['content-type']).toBe('image/png');
    expect(answer.refusal).toBeUndefined();
  });

  it.each([
    ["another tenant's picture", FOREIGN_PICTURE],
    ['a tenant whose id begins alike', '/t/acme-evil/f/picture-1/landscape.png'],
    ['a tenant in other letters', '/t/ACME/f/picture-1/landscape.png'],
    ['the tenant without a slash', '/t/acme'],
    ['another place', '/anything'],
  ])('C-03: does not open %s', async (_title, path) => {
    const session = await openSession(cloud, 'ada');
    const answer = await view(cloud, { path, headers: { cookie: session.cookieFor(PICTURE) } });
    expectRefusal(answer, 'AccessDenied', 'outside_resource');
    expect(answer.headers['content-length']).toBe('110');
  });

  it('opens both tenants of a person who belongs to two, each with its own cookies', async () => {
    const session = await openSession(cloud, 'margaret');
    expectObject(await session.view(PICTURE), PICTURE);
    expectObject(await session.view(FOREIGN_PICTURE), FOREIGN_PICTURE);
    const crossed = await view(cloud, {
      path: FOREIGN_PICTURE,
      headers: { cookie: session.cookieFor(PICTURE) },
    });
    expectRefusal(crossed, 'AccessDenied', 'outside_resource');
    const elsewhere = await session.view('/t/initech/f/picture-1/landscape.png');
    expect(elsewhere.status).toBe(403);
  });

  it('lists what it granted, and nothing to whoever has no cookie', async () => {
    const session = await openSession(cloud, 'ada');
    const headers = { cookie: session.cookieFor(SESSION) };
    const listed = await view(cloud, { path: SESSION, headers });
    const { grants } = JSON.parse(session.answer.text) as { grants: unknown[] };
    expect(JSON.parse(listed.text)).toEqual({ grants });
    expect(grants).toHaveLength(2);
    expect(JSON.parse((await view(cloud, SESSION)).text)).toEqual({ grants: [] });
  });

  it('C-38: ends with logout, which clears exactly what it set', async () => {
    const session = await openSession(cloud, 'ada');
    const answer = await view(cloud, {
      path: SESSION,
      method: 'DELETE',
      headers: { cookie: session.cookieFor(SESSION) },
    });
    expect(answer.status).toBe(200);
    const after = [...session.cookies, ...parseSetCookies(answer.setCookies)];
    expect(parseSetCookies(answer.setCookies).every((cookie) => cookie.maxAgeSeconds === 0)).toBe(
      true,
    );
    expect(session.cookies.map(({ path }) => cookieHeaderFor(after, `${path}x`))).toEqual(
      session.cookies.map(() => ''),
    );
    const cookie = cookieHeaderFor(after, PICTURE);
    expectRefusal(await view(cloud, { path: PICTURE, headers: { cookie } }), 'MissingKey');
  });

  it('C-25: names what it may not see and what is not there with the same bytes', async () => {
    const session = await openSession(cloud, 'ada');
    const cookie = session.cookieFor(PICTURE);
    const told = async (path: string): Promise<unknown> => {
      const { status, body, headers } = await view(cloud, { path, headers: { cookie } });
      const fixed = { ...headers, date: '', 'x-amz-cf-id': '' };
      return { status, body: body.toString('base64'), fixed };
    };
    expect(await told('/t/globex/f/nothing/landscape.png')).toEqual(await told(FOREIGN_PICTURE));
  });

  it('S-03: says 403 and not 404 for what is missing in its own folder', async () => {
    const session = await openSession(cloud, 'ada');
    const answer = await session.view('/t/acme/nothing.png');
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('<Code>AccessDenied</Code>');
    expect(answer.refusal).toBe('origin: origin_answered_403');
  });

  it('C-42: is over when its time is', async () => {
    const session = await openSession(cloud, 'ada');
    expect((await session.view(PICTURE)).status).toBe(200);
    aheadMilliseconds = 901_000;
    expectRefusal(await session.view(PICTURE), 'AccessDenied', 'expired');
  });

  it('C-41: holds for viewers whose edge is a little behind, and not before it began', async () => {
    const session = await openSession(cloud, 'ada');
    aheadMilliseconds = -50_000;
    expect((await session.view(PICTURE)).status).toBe(200);
    aheadMilliseconds = -120_000;
    expectRefusal(await session.view(PICTURE), 'AccessDenied', 'not_yet_valid');
  });
});

describe('the cache', () => {
  it('C-51: gives a cached object to nobody without, with expired or with foreign cookies', async () => {
    const [own, foreign] = [await openSession(cloud, 'ada'), await openSession(cloud, 'grace')];
    await own.view(PICTURE);
    expect((await own.view(PICTURE)).headers['x-cache']).toBe('Hit from cloudfront');
    expectRefusal(await view(cloud, PICTURE), 'MissingKey');
    const cookie = foreign.cookieFor(FOREIGN_PICTURE);
    const stranger = await view(cloud, { path: PICTURE, headers: { cookie } });
    expectRefusal(stranger, 'AccessDenied', 'outside_resource');
    aheadMilliseconds = 901_000;
    expectRefusal(await own.view(PICTURE), 'AccessDenied', 'expired');
  });

  it('C-37: never shows one person the cookies of another', async () => {
    // These people have no tenant in common.
    const people = ['ada', 'grace', 'linus', 'ada', 'grace', 'linus'];
    const sessions = await Promise.all(people.map((person) => openSession(cloud, person)));
    const signatures = sessions.map(({ cookies }) =>
      cookies.filter(({ name }) => name === COOKIE_NAMES.signature).map(({ value }) => value),
    );
    for (const [at, session] of sessions.entries()) {
      expect(session.answer.headers['x-cache']).toBe('Miss from cloudfront');
      expect((await session.view(PICTURE)).setCookies).toEqual([]);
      const others = people.flatMap((person, other) =>
        person === people[at] ? [] : (signatures[other] ?? []),
      );
      expect(others.filter((value) => signatures[at]?.includes(value))).toEqual([]);
    }
  });

  it('C-55: takes no query, header or cookie into the key', async () => {
    const session = await openSession(cloud, 'ada');
    await session.view(PICTURE);
    const answer = await session.view(`${PICTURE}?size=1&versionId=2`, {
      'x-forwarded-host': 'evil.example',
      'accept-language': 'xx',
    });
    expect(answer.headers['x-cache']).toBe('Hit from cloudfront');
    expect(answer.headers['content-type']).toBe('image/png');
  });
});

describe('S-11: a download', () => {
  const download = (value: string): string =>
    `${PICTURE}?response-content-disposition=${encodeURIComponent(value)}`;

  it.each(['Ärger & Söhne.png', '山の朝.png', 'so "nice" 🎉.png', "it's (1)+*.png"])(
    'carries the name %s, which is a cache entry of its own',
    async (name) => {
      const session = await openSession(cloud, 'ada');
      const named = await session.view(`${PICTURE}?${buildDownloadQuery(name)}`);

      expect(named).toMatchObject({ status: 200 });
      expect(parseDisposition(String(named.headers['content-disposition']))).toEqual({
        type: 'attachment',
        parameters: { filename: name },
      });
      expect((await session.view(PICTURE)).headers['content-disposition']).toBeUndefined();
    },
  );

  it('is refused as anything but an attachment, with every other header and twice', async () => {
    const session = await openSession(cloud, 'ada');
    const spellings = [
      download('inline'),
      download('attachment; filename="a\r\nset-cookie: b=c"'),
      `${download('attachment')}&response-content-disposition=inline`,
      `${PICTURE}?response-content-type=text/html`,
      `${PICTURE}?response%2Dcontent-type=text/html`,
      `${PICTURE}?Response-Content-Type=text/html`,
    ];
    const answers = await Promise.all(spellings.map((path) => session.view(path)));

    expect(answers.map(({ status }) => status)).toEqual(spellings.map(() => 403));
    const plain = await session.view(download('attachment'));
    expect(plain.headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': 'attachment',
    });
  });
});

describe('a plus in a path', () => {
  const folder = 't/acme/f/spelled';

  it('C-22: is a space, and a plus is written %2B', async () => {
    const { name: Bucket } = cloud.deployment.buckets.content;
    for (const Key of [`${folder}/a b`, `${folder}/c+d`])
      await cloud.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const session = await openSession(cloud, 'ada');
    const answers = ['a+b', 'a%20b', 'a%2Bb', 'c+d', 'c%20d', 'c%2Bd'].map(async (name) => {
      const { status, text } = await session.view(`/${folder}/${name}`);
      return [name, status === 200 ? text : status];
    });

    expect(Object.fromEntries(await Promise.all(answers))).toEqual({
      'a+b': `${folder}/a b`,
      'a%20b': `${folder}/a b`,
      'a%2Bb': 403,
      'c+d': 403,
      'c%20d': 403,
      'c%2Bd': `${folder}/c+d`,
    });
  });
});

describe('reading', () => {
  it('answers HEAD with the headers alone', async () => {
    const session = await openSession(cloud, 'ada');
    const headers = { cookie: session.cookieFor(PICTURE) };
    const answer = await view(cloud, { path: PICTURE, method: 'HEAD', headers });
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveLength(0);
    expect(answer.headers['content-length']).toBe(String(seeded(PICTURE).length));
  });

  it('answers a range, and refuses the next one when the time is over (C-42)', async () => {
    const session = await openSession(cloud, 'ada');
    const first = await session.view(PICTURE, { range: 'bytes=0-99' });
    expect(first.status).toBe(206);
    expect(first.headers['content-range']).toBe(`bytes 0-99/${seeded(PICTURE).length}`);
    expect(digest(first.body)).toBe(digest(seeded(PICTURE).subarray(0, 100)));
    aheadMilliseconds = 901_000;
    expectRefusal(await session.view(PICTURE, { range: 'bytes=100-199' }), 'AccessDenied');
  });

  it('answers 304 to whoever has the object already, and 403 to whoever has only its name', async () => {
    const session = await openSession(cloud, 'ada');
    const etag = (await session.view(PICTURE)).headers.etag ?? '';
    const again = await session.view(PICTURE, { 'if-none-match': etag });
    expect({ status: again.status, length: again.body.length }).toEqual({ status: 304, length: 0 });
    expectRefusal(
      await view(cloud, { path: PICTURE, headers: { 'if-none-match': etag } }),
      'MissingKey',
    );
  });

  it('S-07: sends the headers that keep stored content from running', async () => {
    const { headers } = await (await openSession(cloud, 'ada')).view(PICTURE);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-site',
    });
  });

  it.each(['PUT', 'POST', 'DELETE', 'PATCH'])('S-03: refuses %s on content', async (method) => {
    const session = await openSession(cloud, 'ada');
    const headers = { cookie: session.cookieFor(PICTURE), 'content-length': '1' };
    const answer = await view(cloud, { path: PICTURE, method, headers, body: 'x' });
    expect(answer.status).toBe(403);
    expect(answer.refusal).toMatch(/^method: /);
    expectObject(await session.view(PICTURE), PICTURE);
  });
});

describe('pages of other origins', () => {
  const preflight = (origin: string): Promise<ViewerAnswer> =>
    view(cloud, {
      path: SESSION,
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });

  it('C-36: allows the configured page by its exact origin, with credentials', async () => {
    const origin = cloud.addresses.galleryOrigin;
    const answer = await preflight(origin);
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      vary: 'Origin, Access-Control-Request-Headers',
    });
  });

  it.each(['null', 'https://evil.example', '*', 'http://localhost', 'http://localhost:4690.evil'])(
    'C-36: answers a preflight from %s with 403 and no permission',
    async (origin) => {
      const answer = await preflight(origin);
      expect(answer.status).toBe(403);
      expect(
        Object.keys(answer.headers).filter((name) => name.startsWith('access-control')),
      ).toEqual([]);
    },
  );

  it.each<[string, Record<string, string>, { status: number; reason: string }]>([
    [
      'a foreign Origin',
      { origin: 'https://evil.example' },
      { status: 403, reason: 'request-origin-refused' },
    ],
    ['Origin null', { origin: 'null' }, { status: 403, reason: 'request-origin-refused' }],
    [
      'no Origin from a browser',
      { 'sec-fetch-site': 'none' },
      { status: 403, reason: 'request-origin-missing' },
    ],
    ['no token', { authorization: '' }, { status: 401, reason: 'authorization-missing' }],
    [
      'a token that is none',
      { authorization: 'Bearer a.b.c' },
      { status: 401, reason: 'token-malformed' },
    ],
    [
      'Basic in place of Bearer',
      { authorization: 'Basic YTpi' },
      { status: 401, reason: 'authorization-malformed' },
    ],
  ])('C-35: gives no session to %s, and logs why', async (_title, change, { status, reason }) => {
    const token = await fetchAccessToken(cloud, 'ada');
    const answer = await view(cloud, {
      path: SESSION,
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, ...change },
    });
    expect(answer.status).toBe(status);
    expect(answer.setCookies).toEqual([]);
    const logged = await waitForLog(cloud, cloud.deployment.logGroups.session, `"${reason}"`);
    expect(logged.filter((line) => line.includes(token))).toEqual([]);
  });

  it('C-35: gives no session to a form that has only cookies', async () => {
    const session = await openSession(cloud, 'ada');
    const answer = await view(cloud, {
      path: SESSION,
      method: 'POST',
      headers: {
        cookie: session.cookieFor(SESSION),
        origin: cloud.addresses.galleryOrigin,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'a=b',
    });
    expect(answer.status).toBe(401);
    expect(answer.setCookies).toEqual([]);
  });
});

describe('ways around CloudFront', () => {
  const askApi = (secret?: string): Promise<ViewerAnswer> => {
    const endpoint = cloud.environment['AWS_ENDPOINT_URL'] ?? '';
    const host = `${cloud.deployment.api.id}.execute-api.${new URL(endpoint).host}`;
    return sendTo(endpoint, {
      path: SESSION,
      headers: { host, ...(secret !== undefined && { 'x-edgepass-origin-secret': secret }) },
    });
  };

  it('S-13: the API answers 403 to whoever does not know the origin secret', async () => {
    for (const secret of [undefined, '', 'guess', '00000000-0000-0000-0000-000000000000']) {
      const answer = await askApi(secret);
      expect(answer.status).toBe(403);
      expect(answer.setCookies).toEqual([]);
    }
    const { session } = cloud.deployment.logGroups;
    expect(await waitForLog(cloud, session, 'origin-secret-refused')).not.toEqual([]);
  });

  it('S-13: the secret is what makes the difference, in either slot', async () => {
    const state = JSON.parse(readFileSync(cloud.stack.stateFile, 'utf8')) as {
      resources: { name: string; instances: { attributes: { value?: string } }[] }[];
    };
    const secrets = state.resources
      .filter(({ name }) => name.includes('origin-secret_slot'))
      .map(({ instances }) => instances[0]?.attributes.value ?? '');
    expect(secrets).toHaveLength(2);
    for (const secret of secrets) expect((await askApi(secret)).status).toBe(200);
    const crossed = secrets.map((secret) => secret.slice(1)).join('');
    expect((await askApi(crossed)).status).toBe(403);
  });

  const arn = (key: string): string => `${cloud.deployment.buckets.content.arn}/${key}`;
  const ours = (): AccessRequest => ({
    principal: { kind: 'service', service: 'cloudfront.amazonaws.com' },
    action: 's3:GetObject',
    resource: arn('t/acme/x'),
    context: {
      'aws:sourcearn': cloud.deployment.distribution.arn,
      'aws:sourceaccount': cloud.deployment.accountId,
      'aws:securetransport': 'true',
    },
  });

  it.each<[string, () => Partial<AccessRequest>]>([
    ['S-01: anybody', () => ({ principal: { kind: 'anonymous' } })],
    [
      'S-02: another distribution of the account',
      () => ({
        context: {
          ...ours().context,
          'aws:sourcearn': `${cloud.deployment.distribution.arn}X`,
        },
      }),
    ],
    ['S-03: writing', () => ({ action: 's3:PutObject' })],
    ['S-03: deleting', () => ({ action: 's3:DeleteObject' })],
    [
      'S-03: listing',
      () => ({ action: 's3:ListBucket', resource: cloud.deployment.buckets.content.arn }),
    ],
    ['S-03: what was uploaded and not inspected', () => ({ resource: arn('incoming/t/acme/x') })],
    [
      'S-04: plain HTTP',
      () => ({ context: { ...ours().context, 'aws:securetransport': 'false' } }),
    ],
  ])('the deployed bucket policy refuses %s', async (_title, change) => {
    const { name } = cloud.deployment.buckets.content;
    const { Policy = '' } = await cloud.clients.s3.send(
      new GetBucketPolicyCommand({ Bucket: name }),
    );
    expect(evaluateResourcePolicy(Policy, ours())).toBe('allow');
    expect(evaluateResourcePolicy(Policy, { ...ours(), ...change() })).not.toBe('allow');
  });
});

describe('the records', () => {
  it('hold an issuance record for each grant, by the fingerprint of its signature', async () => {
    const session = await openSession(cloud, 'linus');
    const signatures = session.cookies.filter(({ name }) => name === COOKIE_NAMES.signature);
    const { issuedGrants } = cloud.deployment.logGroups;
    for (const { value, path } of signatures) {
      const found = await waitForLog(cloud, issuedGrants, fingerprintOf(value));
      const records = found.map((line) => JSON.parse(line) as Record<string, string>);
      // RSA signatures over the same text are equal, so two containers can return the same
      // signature in the same second.
      expect(records).not.toEqual([]);
      for (const record of records)
        expect(record).toMatchObject({ tenant: 'initech', scope: path });
      expect(found.filter((line) => line.includes(value.slice(0, 25)))).toEqual([]);
      const { expiresAt = '', keyPairId } = records[0] ?? {};
      expect(session.answer.text).toContain(`"expiresAt":"${expiresAt}"`);
      expect(keyPairId).toBe(cloud.deployment.signingSlots[0]?.keyPairId);
    }
  });

  it('J-18: a refusal is a warning with a reason code, and never holds a token', async () => {
    const token = await fetchAccessToken(cloud, 'grace');
    const [head = '', payload = '', signature = ''] = token.split('.');
    const forged = `${head}.${payload}.${signature.slice(0, -8)}AAAAAAAA`;
    const answer = await view(cloud, {
      path: SESSION,
      method: 'POST',
      headers: { authorization: `Bearer ${forged}` },
    });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.text).not.toMatch(/signature|token/i);
    const { session } = cloud.deployment.logGroups;
    await waitForLog(cloud, session, '"token-signature-invalid"');
    const lines = await readLogGroup(cloud, session);
    expect(lines.filter((line) => line.includes(payload) || line.includes('eyJ'))).toEqual([]);
  });
});
