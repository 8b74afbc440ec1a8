import { createHash, sign } from 'node:crypto';
import { encodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { signUrl } from '#core/signing/signed-url';
import { parseObjectKey } from '#core/tenancy/object-key';
import { buildErrorBody } from '#core/verification/viewer-refusals';
import { everySwitchCombination } from '#local/cloudfront/switches';
import { generateTestKey } from '#test/unit/core/signing-fixture';
import {
  BASE_URL,
  contentBehavior,
  distribution,
  distributionWith,
  KEY,
  NOW,
  tenantCookies,
  TestEdge,
} from './edge-fixture';

const OWN = '/t/acme/photo.jpg';

/** An edge that already holds the object, as after somebody else's visit. */
async function warmEdge(
  settings: ConstructorParameters<typeof TestEdge>[0] = {},
): Promise<TestEdge> {
  const edge = new TestEdge(settings);
  const cookie = await tenantCookies('acme');
  expect(await edge.ask(OWN, { headers: { cookie } })).toBe('200');
  const { resultType } = await edge.handle(OWN, { headers: { cookie } });
  expect(resultType).toBe('Hit');
  return edge;
}

/** A canned policy: signed by hand, because Edgepass never makes one (C-06). */
function cannedUrl(path: string, expires: number, query = ''): string {
  const resource = `${BASE_URL}${path}${query}`;
  const policy = `{"Statement":[{"Resource":"${resource}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`;
  const signature = encodeCloudFrontBase64(sign('sha1', Buffer.from(policy), KEY.privatePem));
  return `${path}${query}${query === '' ? '?' : '&'}Expires=${expires}&Signature=${signature}&Key-Pair-Id=K1`;
}

describe('Who may open content', () => {
  it("answers a request without cookies with CloudFront's own XML, byte for byte", async () => {
    const { response, resultType } = await new TestEdge().handle(OWN);

    expect(response.body.toString()).toBe(buildErrorBody('MissingKey'));
    expect(response.body).toHaveLength(146);
    expect([response.status, response.headers['content-type'], resultType]).toEqual([
      403,
      'text/xml',
      'Error',
    ]);
  });

  it('C-03: opens exactly the granted prefix', async () => {
    const edge = new TestEdge();
    const headers = { cookie: await tenantCookies('acme') };
    const foreign = [
      '/t/acme-evil/x',
      '/t/acmex',
      '/t/acme',
      '/t/ACME/x',
      '/u/acme/x',
      '/x',
      '/T/acme/x',
    ];
    const answers = await Promise.all(foreign.map((path) => edge.ask(path, { headers })));

    expect(await edge.ask(OWN, { headers })).toBe('200');
    expect(new Set(answers)).toEqual(new Set(['403 signature: outside_resource']));
    expect(await edge.ask('//t/acme/x', { headers })).toMatch(/^403 guard/);
  });

  it('checks the signature before it looks into its cache', async () => {
    const edge = await warmEdge();
    const foreign = await tenantCookies('globex');
    const expired = await tenantCookies('acme', KEY, (NOW - 1_000) as typeof NOW);
    const answers = [
      await edge.ask(OWN),
      await edge.ask(OWN, { headers: { cookie: foreign } }),
      await edge.ask(OWN, { headers: { cookie: expired } }),
      await edge.ask(OWN, { headers: { cookie: (await tenantCookies('acme')).slice(0, -1) } }),
      await edge.ask(OWN, { method: 'HEAD' }),
    ];

    expect(answers).toEqual([
      '403 signature: missing_key_id',
      '403 signature: outside_resource',
      '403 signature: expired',
      '403 signature: unsupported_hash',
      '403 signature: missing_key_id',
    ]);
    expect(edge.backend.sent).toHaveLength(1);
  });

  it('C-40: refuses from the second of the expiry on, and until the second after the start', async () => {
    const edge = new TestEdge();
    const headers = { cookie: await tenantCookies('acme') };
    const at = async (seconds: number): Promise<string> => {
      edge.nowSeconds = NOW + seconds;
      return edge.ask(OWN, { headers });
    };

    expect(await at(-61)).toBe('403 signature: not_yet_valid');
    expect(await at(-60)).toBe('403 signature: not_yet_valid');
    expect(await at(-59)).toBe('200');
    expect(await at(899)).toBe('200');
    expect(await at(900)).toBe('403 signature: expired');
    expect(await at(901)).toBe('403 signature: expired');
  });

  it('C-42: checks every range anew', async () => {
    const edge = await warmEdge();
    const headers = { cookie: await tenantCookies('acme'), range: 'bytes=0-3' };

    expect(await edge.ask(OWN, { headers })).toBe('206');
    edge.nowSeconds = NOW + 900;
    expect(await edge.ask(OWN, { headers })).toBe('403 signature: expired');
  });

  it('C-11, M-01: one altered character anywhere in the cookies refuses the request', async () => {
    const edge = await warmEdge();
    const cookie = await tenantCookies('acme');
    const opened: number[] = [];
    for (let at = 0; at < cookie.length; at += 1) {
      const other = cookie.charAt(at) === 'A' ? 'B' : 'A';
      const headers = { cookie: cookie.slice(0, at) + other + cookie.slice(at + 1) };
      if ((await edge.handle(OWN, { headers })).response.status !== 403) opened.push(at);
    }

    expect(opened).toEqual([]);
    expect(edge.backend.sent).toHaveLength(1);
  });

  it('C-23: a reserved name in the query makes it ignore good cookies', async () => {
    const edge = await warmEdge();
    const headers = { cookie: await tenantCookies('acme') };
    const names = ['Expires', 'Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm'];
    const answers = await Promise.all(
      names.map((name) => edge.ask(`${OWN}?${name}=1`, { headers })),
    );

    expect(answers.filter((text) => !text.startsWith('403 signature:'))).toEqual([]);
    expect(answers.filter((text) => !text.includes('cookies_ignored'))).toEqual([]);
    expect(await edge.ask(`${OWN}?expires=1&x=Policy`, { headers })).toBe('200');
  });

  it('C-07, C-23: a signed URL opens its one object, alone and whatever cookies come with it', async () => {
    const edge = new TestEdge();
    const grant = { contentBaseUrl: BASE_URL, lifetimeSeconds: 900, now: NOW, signer: KEY.signer };
    const { signedUrl } = await signUrl({
      ...grant,
      objectKey: parseObjectKey('t/acme/photo.jpg'),
    });
    const target = signedUrl.reveal().slice(BASE_URL.length);
    const headers = { cookie: await tenantCookies('globex') };

    expect(await edge.ask(target, { headers })).toBe('200');
    expect(await edge.ask(target.replace('photo', 'other'))).toBe(
      '403 signature: outside_resource',
    );
    expect(await edge.ask(`${target}&x=1`)).toBe('403 signature: outside_resource');
    expect(await edge.ask(target.replace('acme', 'globex'), { headers })).toMatch(
      /^403 signature: outside_resource/,
    );
  });

  it('C-09: takes a canned URL in SHA-1, as CloudFront does, unless a switch forbids it', async () => {
    const url = cannedUrl(OWN, NOW + 60);

    expect(await new TestEdge().ask(url)).toBe('200');
    expect(await new TestEdge({ switches: { strictSha256: true } }).ask(url)).toBe(
      '403 signature: sha1_refused',
    );
    expect(await new TestEdge().ask(`${url}&Hash-Algorithm=SHA256`)).toBe(
      '403 signature: bad_signature',
    );
    expect(await new TestEdge().ask(cannedUrl(OWN, NOW))).toBe('403 signature: expired');
    expect(await new TestEdge().ask(url.replace('photo', 'other'))).toBe(
      '403 signature: bad_signature',
    );
  });

  it('C-43: looks at the address of the connection, never at a header that claims one', async () => {
    const policy = `{"Statement":[{"Resource":"${BASE_URL}/t/acme/*","Condition":{"DateLessThan":{"AWS:EpochTime":${NOW + 60}},"IpAddress":{"AWS:SourceIp":"198.51.100.0/24"}}}]}`;
    const signature = encodeCloudFrontBase64(sign('sha256', Buffer.from(policy), KEY.privatePem));
    const cookie = `CloudFront-Policy=${encodeCloudFrontBase64(Buffer.from(policy))}; CloudFront-Signature=${signature}; CloudFront-Key-Pair-Id=K1; CloudFront-Hash-Algorithm=SHA256`;
    const claims = { 'x-forwarded-for': '198.51.100.7', 'x-real-ip': '198.51.100.7' };
    const edge = new TestEdge();

    expect(await edge.ask(OWN, { headers: { cookie }, clientIp: '198.51.100.7' })).toBe('200');
    expect(await edge.ask(OWN, { headers: { cookie, ...claims } })).toBe(
      '403 signature: wrong_address',
    );
    expect(await edge.ask(OWN, { headers: { cookie }, clientIp: '::1' })).toBe(
      '403 signature: wrong_address',
    );
  });

  it("trusts only the keys of the behavior's own key groups", async () => {
    const other = generateTestKey('p256', 'K2');
    const behaviors = [
      contentBehavior(),
      contentBehavior({ pathPattern: '*', trustedKeys: new Map([['K2' as never, other.trusted]]) }),
    ];
    const edge = new TestEdge({ distribution: distribution({ behaviors }) });
    const headers = { cookie: await tenantCookies('acme', other) };

    expect(await edge.ask(OWN, { headers })).toBe('403 signature: unknown_key');
    expect((await edge.handle(OWN, { headers })).response.body.toString()).toBe(
      buildErrorBody('InvalidKey'),
    );
  });

  it('refuses everybody where a behavior has a key group without keys', async () => {
    const edge = new TestEdge({ distribution: distributionWith({ trustedKeys: new Map() }) });
    const headers = { cookie: await tenantCookies('acme') };

    expect(await edge.ask(OWN, { headers })).toBe('403 signature: unknown_key');
  });

  it("an attacker's key under a trusted key's id signs nothing", async () => {
    const impostor = generateTestKey('p256', 'K1');
    const headers = { cookie: await tenantCookies('acme', impostor) };

    expect(await new TestEdge().ask(OWN, { headers })).toBe('403 signature: bad_signature');
  });

  it('C-30: of two cookies of one name it takes none, the first or the last, as the switch says', async () => {
    const own = await tenantCookies('acme');
    const foreign = await tenantCookies('globex');
    const ask = (duplicateCookie: 'refuse' | 'first' | 'last', cookie: string): Promise<string> =>
      new TestEdge({ switches: { duplicateCookie } }).ask(OWN, { headers: { cookie } });

    expect(await ask('refuse', `${own}; ${foreign}`)).toMatch(/duplicate_credential/);
    expect(await ask('first', `${own}; ${foreign}`)).toBe('200');
    expect(await ask('last', `${own}; ${foreign}`)).toBe('403 signature: outside_resource');
    expect(await ask('last', `${foreign}; ${own}`)).toBe('200');
  });
});

describe('The viewer-request function and the signature', () => {
  it.each(['before', 'after'] as const)(
    'C-51: refuse the same requests in either order of the two',
    async (guardRuns) => {
      const edge = new TestEdge({ switches: { guardRuns } });
      const headers = { cookie: await tenantCookies('acme') };
      const statuses = [
        await edge.ask('/t/acme/../globex/x', { headers }),
        await edge.ask('/t/acme/%2e%2e/globex/x'),
        await edge.ask('/t/globex/x', { headers }),
        await edge.ask(OWN),
        await edge.ask(OWN, { headers }),
      ].map((text) => text.slice(0, 3));

      expect(statuses).toEqual(['403', '403', '403', '403', '200']);
    },
  );

  it('C-51: the one that runs first answers first', async () => {
    const hostile = '/t/acme/../globex/x';

    expect(await new TestEdge({ switches: { guardRuns: 'before' } }).ask(hostile)).toBe(
      '403 guard: guard_answered_403',
    );
    expect(await new TestEdge({ switches: { guardRuns: 'after' } }).ask(hostile)).toBe(
      '403 signature: missing_key_id',
    );
  });

  it('C-51: a function that lets everything pass opens nothing', async () => {
    const code = 'function handler(event) { return event.request; }';
    const lax = distributionWith({ viewerRequestFunction: { name: 'lax', code } });

    expect(await new TestEdge({ distribution: lax }).ask(OWN)).toBe(
      '403 signature: missing_key_id',
    );
  });

  it('C-51: a function that answers by itself never hands out content', async () => {
    const code = 'function handler() { return { statusCode: 200, body: "mine" }; }';
    const own = distributionWith({ viewerRequestFunction: { name: 'own', code } });
    const edge = new TestEdge({ distribution: own });
    const { response, resultType, refusal } = await edge.handle(OWN);

    expect([response.status, response.body.toString(), resultType, refusal]).toEqual([
      200,
      'mine',
      'FunctionGeneratedResponse',
      undefined,
    ]);
    expect(edge.backend.sent).toEqual([]);
  });

  it('C-51: a function that fails refuses with 503, whatever the cookies', async () => {
    const failures = [
      'function handler() { throw new Error("broken"); }',
      'function handler() {}',
      'function handler() { return null; }',
      'function handler() { return "yes"; }',
      'function handler() { while (true) {} }',
      'not javascript',
      '',
    ];
    const headers = { cookie: await tenantCookies('acme') };
    const answers = await Promise.all(
      failures.map((code) =>
        new TestEdge({
          distribution: distributionWith({ viewerRequestFunction: { name: 'f', code } }),
        }).ask(OWN, { headers }),
      ),
    );

    expect(answers.filter((text) => !text.startsWith('503 guard: '))).toEqual([]);
  });

  it('C-21: the guard refuses every ambiguous spelling before the signature is looked at', async () => {
    const edge = await warmEdge();
    const headers = { cookie: await tenantCookies('acme') };
    const spellings = [
      '/t/acme/../globex/x',
      '/t/acme/%2e%2e/globex/x',
      '/t/acme/.%2E/globex/x',
      '/t/acme/..%2fglobex/x',
      '/t/acme/..%5cglobex/x',
      '/t/acme/..;/globex/x',
      '/t/acme/./photo.jpg',
      '/t/acme//photo.jpg',
      '/t//acme/photo.jpg',
      '/t/acme/\\../globex/x',
      '/t/acme/%00',
      '/t/acme/%c0%ae%c0%ae/globex/x',
      '/t/acme/%252e%252e/globex/x',
      '/t/%61cme/photo.jpg',
      '/%74/acme/photo.jpg',
    ];
    const answers = await Promise.all(spellings.map((path) => edge.ask(path, { headers })));

    expect(answers).toEqual(spellings.map(() => '403 guard: guard_answered_403'));
  });

  it('the function sees the signing parameters of the query, or not, as the switch says', async () => {
    const code =
      'function handler(event) { return { statusCode: 200, body: Object.keys(event.request.querystring).join() }; }';
    const telling = distributionWith({ viewerRequestFunction: { name: 'tell', code } });
    const ask = async (guardSeesSigningParameters: boolean): Promise<string> => {
      const switches = { guardSeesSigningParameters };
      const edge = new TestEdge({ distribution: telling, switches });
      return (await edge.handle(`${OWN}?a=1&Policy=x&b=2`)).response.body.toString();
    };

    expect(await ask(true)).toBe('a,Policy,b');
    expect(await ask(false)).toBe('a,b');
  });
});

describe('What AWS does not say', () => {
  it('every combination of the switches refuses a warm object without, with foreign and with expired cookies', async () => {
    const own = await tenantCookies('acme');
    const foreign = await tenantCookies('globex');
    const opened: unknown[] = [];
    for (const switches of everySwitchCombination()) {
      const edge = new TestEdge({ switches });
      expect(await edge.ask(OWN, { headers: { cookie: own } })).toBe('200');
      const hostile = [
        await edge.ask(OWN),
        await edge.ask(OWN, { headers: { cookie: foreign } }),
        await edge.ask('/t/globex/../acme/photo.jpg', { headers: { cookie: foreign } }),
      ];
      edge.nowSeconds = NOW + 901;
      hostile.push(await edge.ask(OWN, { headers: { cookie: own } }));
      if (hostile.some((text) => !/^403 (?:guard|signature)/.test(text))) opened.push(switches);
    }

    expect(opened).toEqual([]);
  });

  it('the combinations are all there, and all different', () => {
    const texts = everySwitchCombination().map((switches) => JSON.stringify(switches));
    const digests = texts.map((text) => createHash('sha256').update(text).digest('hex'));

    expect(new Set(digests).size).toBe(4 * 2 * 2 * 3 * 2 * 2 * 2);
  });
});
