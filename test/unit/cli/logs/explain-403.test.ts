import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { ADVICE, CAUSES } from '#analytics/explain/advice';
import { V1_FIELDS } from '#analytics/fields';
import { encodeLogValue } from '#analytics/records/encode-log-value';
import { runProgram } from '#cli/program';
import { addSeconds } from '#core/clock';
import { signCookies } from '#core/signing/signed-cookies';
import {
  acme,
  BASE_URL,
  cookieHeader,
  generateTestKey,
  NOW,
} from '#test/unit/core/signing-fixture';
import { makeContext } from '../command-fixture';

const KEY = generateTestKey('p256', 'K2JCJMDEHXQW5F');
const OTHER_KEY = generateTestKey('p256', 'K2JCJMDEHXQW5F');

let cookie: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-explain-'));
  const settings = { contentBaseUrl: BASE_URL, scope: acme(), lifetimeSeconds: 900, now: NOW };
  cookie = cookieHeader(await signCookies({ ...settings, signer: KEY.signer }));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const signature = (): string => /CloudFront-Signature=([^;]+)/.exec(cookie)?.[1] ?? '';

async function explain(
  argument: string,
  options: readonly string[] = [],
  input = '',
): Promise<{ code: number; text: string; complaints: string }> {
  const made = makeContext();
  const context = { ...made.context, input: Readable.from([input]) };
  const code = await runProgram(context, ['explain-403', argument, ...options]);
  return { code, text: made.printed(), complaints: made.complaints() };
}

function jsonRequest(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    url: 'https://media.example.com/t/acme/x.png',
    method: 'GET',
    headers: { cookie },
    clientIp: '203.0.113.7',
    now: NOW,
    publicKeys: { [KEY.keyPairId]: KEY.publicPem },
    ...changes,
  });
}

describe('explain-403 of a JSON request', () => {
  it.each<[string, () => Record<string, unknown>, string, RegExp]>([
    ['no cookie', () => ({ headers: {} }), 'no_signature', /fails {7}missing_key_id/],
    ['an unknown key', () => ({ publicKeys: {} }), 'unknown_key', /fails {7}unknown_key/],
    [
      'an expired grant',
      () => ({ now: addSeconds(NOW, 1_000) }),
      'expired',
      /expired: .*DateLessThan 2026-01-01T18:08:20Z, 100 s before the request/,
    ],
    [
      'an early grant',
      () => ({ now: addSeconds(NOW, -100) }),
      'not_yet_valid',
      /not_yet_valid: .*DateGreaterThan 2026-01-01T17:52:20Z, 40 s after the request/,
    ],
    [
      'another path',
      () => ({ url: 'https://media.example.com/t/globex/x.png' }),
      'outside_path',
      /outside_resource: .*Resource https:\/\/media\.example\.com\/t\/acme\/\*/,
    ],
    [
      'another key under the same id',
      () => ({ publicKeys: { [KEY.keyPairId]: OTHER_KEY.publicPem } }),
      'bad_signature_proven',
      /fails {7}bad_signature/,
    ],
    [
      'a policy that is none',
      () => ({ headers: { cookie: cookie.replace(/Policy=[^;]+/, 'Policy=bm90IGpzb24_') } }),
      'malformed_policy',
      /fails {7}policy_not_json/,
    ],
    [
      'a signature in another alphabet',
      () => ({ headers: { cookie: cookie.replace(/Signature=[^;]+/, 'Signature=+++') } }),
      'malformed_signature',
      /fails {7}malformed_signature/,
    ],
  ])('%s', async (...[, changes, cause, shown]) => {
    const { code, text } = await explain(jsonRequest(changes()));

    expect(code).toBe(0);
    expect(text).toMatch(new RegExp(`^cause {7}${cause} \\(certain`, 'm'));
    expect(text).toMatch(shown);
    expect(text).toContain(ADVICE[cause as keyof typeof ADVICE]);
  });

  it('names every condition that fails, not only the first', async () => {
    const { text } = await explain(
      jsonRequest({ url: 'https://media.example.com/t/globex/x', now: addSeconds(NOW, 1_000) }),
    );

    expect(text.match(/^fails/gm)).toHaveLength(2);
  });

  it.each<[string, () => Record<string, unknown>]>([
    ['after it ended', () => ({ now: addSeconds(NOW, 1_000) })],
    ['before it begins', () => ({ now: addSeconds(NOW, -100) })],
    ['for another path', () => ({ url: 'https://media.example.com/t/globex/x.png' })],
  ])('L-07: a grant whose signature was verified is genuine %s', async (_when, changes) => {
    const { text } = await explain(jsonRequest(changes()));

    expect(text).toMatch(/^cause .* \(certain; the grant itself is genuine\)$/m);
  });

  it.each<[string, () => Record<string, unknown>]>([
    ['the key is not trusted', () => ({ publicKeys: {} })],
    ['another key is trusted', () => ({ publicKeys: { [KEY.keyPairId]: OTHER_KEY.publicPem } })],
    ['a cookie comes twice', () => ({ headers: { cookie: `${cookie}; CloudFront-Policy=x` } })],
    ['there is no signature', () => ({ headers: { cookie: cookie.replace('Signature', 'S') } })],
  ])('L-07: an expired grant is not proven where %s', async (_what, changes) => {
    const { text } = await explain(jsonRequest({ now: addSeconds(NOW, 1_000), ...changes() }));

    expect(text).toMatch(/^fails {7}expired/m);
    expect(text).toMatch(/^cause .*; whether the grant is genuine is not proven\)$/m);
  });

  it('L-07: what has no cause of its own cannot be known', async () => {
    const headers = { cookie: `${cookie}; CloudFront-Policy=x` };
    const { text } = await explain(jsonRequest({ headers }));

    expect(text).toMatch(/^cause {7}denied_unspecified \(cannot be known; .* not proven\)$/m);
  });

  it('takes keys of a file as well; those of the request win', async () => {
    const file = path.join(folder, 'file-keys.json');
    writeFileSync(file, JSON.stringify({ [KEY.keyPairId]: KEY.publicPem }));
    const added = await explain(jsonRequest({ publicKeys: {} }), ['--public-keys', file]);
    const publicKeys = { [KEY.keyPairId]: OTHER_KEY.publicPem };
    const own = await explain(jsonRequest({ publicKeys }), ['--public-keys', file]);

    expect(added.text).toContain('cause       not refused');
    expect(own.text).toContain('cause       bad_signature_proven');
  });

  it('judges keys of sizes for tests where the request allows them', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const request = { publicKeys: { [KEY.keyPairId]: pem } };

    expect((await explain(jsonRequest(request))).text).toContain('unsupported_key');
    expect(
      (await explain(jsonRequest({ ...request, allowTestKeySizes: true }))).text,
    ).not.toContain('unsupported_key');
  });

  it('says that a good request is not refused', async () => {
    expect((await explain(jsonRequest())).text).toContain('cause       not refused');
  });

  it('L-05: shows the decoded policy and no signature, of cookies and of a signed URL', async () => {
    const query = cookie.replaceAll('CloudFront-', '').replaceAll('; ', '&');
    const url = `https://media.example.com/t/acme/x.png?${query}`;
    for (const request of [jsonRequest(), jsonRequest({ url, headers: {} })]) {
      const { text } = await explain(request);
      expect(text).toContain('"Resource":"https://media.example.com/t/acme/*"');
      expect(text).not.toContain(signature().slice(0, 25));
    }
  });

  it.each<[string, (query: string) => string]>([
    ['escaped for HTML', (query) => `?${query.replaceAll('&', '&amp;')}`],
    ['behind another parameter and a semicolon', (query) => `?a=1;${query.replaceAll('&', ';')}`],
    ['in small letters', (query) => `?${query.replace('Signature', 'signature')}`],
    ['with encoded names', (query) => `?${query.replace('Signature', '%2553ignature')}`],
    ['as the value of another parameter', (query) => `?next=${encodeURIComponent(`/x?${query}`)}`],
    ['with an encoded question mark', (query) => `%3F${query}`],
    ['without a question mark', (query) => `&${query}`],
    ['in a fragment', (query) => `#${query}`],
    ['of a URL that cannot be read', (query) => ` ?x=1&${query}`],
  ])('L-05: shows no signature of a signed URL %s', async (_how, mangle) => {
    const query = cookie.replaceAll('CloudFront-', '').replaceAll('; ', '&');
    const url = `https://media.example.com/t/acme/x.png${mangle(query)}`;
    const { code, text } = await explain(jsonRequest({ url, headers: {} }));

    expect(code).toBe(0);
    expect(text).toMatch(/^asked {7}.* https:\/\/media\.example\.com\/t\/acme\//m);
    expect(text).not.toContain(signature().slice(5, 30));
  });

  it('shows what else a query and a path say', async () => {
    const url = 'https://media.example.com/t/acme/policy.pdf?w=100&Expires=1&next=policy&%41=b';
    const { text } = await explain(jsonRequest({ url }));

    expect(text).toContain('/t/acme/policy.pdf?w=100&next=policy&%41=b  from');
  });

  it('L-05: a key id that is none is not repeated: cookies joined by commas hold the signature', async () => {
    const joined = `CloudFront-Key-Pair-Id=${KEY.keyPairId}, ${cookie.replaceAll('; ', ', ')}`;
    const { text } = await explain(jsonRequest({ headers: { cookie: joined } }));

    expect(text).toMatch(/^grant {7}a key id that is none, as the viewer sent it$/m);
    expect(text).not.toContain(signature().slice(5, 30));
  });

  it('L-05: a credential that was pasted instead of a request is not repeated', async () => {
    const { code, text, complaints } = await explain(cookie);

    expect(code).toBe(2);
    expect(complaints).toContain(`received "something else of ${cookie.length} characters"`);
    expect(text + complaints).not.toContain(cookie.slice(18, 40));
  });
});

function v1Line(values: Record<string, string>): string {
  const known: Record<string, string> = {
    date: '2026-01-01',
    time: '17:53:20',
    'c-ip': '203.0.113.7',
    'cs-method': 'GET',
    'cs-uri-stem': '/t/acme/x.png',
    'sc-status': '403',
    'x-edge-result-type': 'Error',
    'x-edge-response-result-type': 'Error',
    'x-edge-detailed-result-type': 'Error',
    'x-edge-request-id': 'request-0001==',
    'x-host-header': 'media.example.com',
    'cs-protocol': 'https',
    'sc-content-type': 'text/xml',
    'sc-content-len': '110',
    ...values,
  };
  return V1_FIELDS.map(({ name }) => encodeLogValue(known[name] ?? '-')).join('\t');
}

describe('explain-403 of a log line', () => {
  it('decodes the cookies that the line holds, and verifies them where keys are given', async () => {
    const file = path.join(folder, 'keys.json');
    writeFileSync(file, JSON.stringify({ [KEY.keyPairId]: OTHER_KEY.publicPem }));
    const given = v1Line({ 'cs(Cookie)': cookie });
    const blind = await explain(given);
    const verified = await explain(given, ['--public-keys', file]);

    expect(blind.text).toMatch(/^cause {7}bad_signature_presumed \(likely; .* not proven\)$/m);
    expect(blind.text).toMatch(/^unknown {5}whether the key is trusted/m);
    expect(verified.text).toMatch(/^cause {7}bad_signature_proven \(certain; .* not proven\)$/m);
    expect(verified.text + blind.text).not.toContain(signature().slice(0, 25));
  });

  it.each([
    ['geo_blocked', { 'x-edge-detailed-result-type': 'ClientGeoBlocked' }],
    ['origin_refused', { 'sc-content-type': 'application/xml' }],
    ['unknown_key', { 'sc-content-len': '106' }],
  ])(
    'L-07: a forged cookie makes a refusal by another no matter of its signature: %s',
    async (...[cause, values]) => {
      const file = path.join(folder, 'others.json');
      writeFileSync(file, JSON.stringify({ [KEY.keyPairId]: OTHER_KEY.publicPem }));
      const given = v1Line({ 'cs(Cookie)': cookie, ...values });
      const { text } = await explain(given, ['--public-keys', file]);

      expect(text).toMatch(new RegExp(`^cause {7}${cause} `, 'm'));
    },
  );

  it('L-06: a refusal whose client hung up is one, with its cause', async () => {
    const hungUp = { 'sc-content-len': '146', 'x-edge-detailed-result-type': 'ClientCommError' };
    const { text } = await explain(v1Line(hungUp));

    expect(text).toMatch(/^cause {7}no_signature /m);
  });

  it('L-07: what the line names is the cause, with advice', async () => {
    const { text } = await explain(
      v1Line({ 'x-edge-detailed-result-type': 'InvalidRequestHeader', 'sc-content-len': '919' }),
    );

    expect(text).toMatch(/^cause {7}invalid_header \(certain/m);
    expect(text).toContain(ADVICE.invalid_header);
  });

  it('L-06: a line without an id is explained like one with it', async () => {
    const values = { 'sc-content-len': '146' };
    const { text } = await explain(v1Line({ ...values, 'x-edge-request-id': '-' }));
    const withId = await explain(v1Line(values));

    expect(text).toBe(withId.text.replace(/^request .*\n/, ''));
  });

  it('names the grant, and nothing that could be used', async () => {
    const { text } = await explain(v1Line({ 'cs(Cookie)': cookie }));

    expect(text).toContain(`grant id    ${signature().slice(0, 24)} (fingerprint)`);
    expect(text).not.toContain('issued to');
  });

  it('L-07: two grants in one request leave undecided which one counted', async () => {
    const file = path.join(folder, 'two.json');
    writeFileSync(file, JSON.stringify({ [KEY.keyPairId]: OTHER_KEY.publicPem }));
    const given = v1Line({ 'cs(Cookie)': `${cookie}; ${cookie}` });
    const { text } = await explain(given, ['--public-keys', file]);

    expect(text).toMatch(/^cause {7}denied_unspecified \(cannot be known/m);
  });

  it('takes a line of standard input, and one of a v2 JSON log', async () => {
    const values = Object.fromEntries(
      v1Line({ 'sc-content-len': '146' })
        .split('\t')
        .map((value, at) => [V1_FIELDS[at]?.name ?? '', value]),
    );
    const fromInput = await explain('-', [], `${v1Line({ 'sc-content-len': '146' })}\n`);
    const fromJson = await explain(JSON.stringify(values));
    const fromPretty = await explain('-', [], JSON.stringify(values, null, 2));

    expect(fromInput.text).toMatch(/^cause {7}no_signature/m);
    expect(fromJson.text).toBe(fromInput.text);
    expect(fromPretty.text).toBe(fromInput.text);
  });

  it('takes a line below its header lines, with the columns that these name', async () => {
    const values = {
      'timestamp(ms)': '1767290000123',
      'c-ip': '203.0.113.7',
      'cs-method': 'GET',
      'cs-uri-stem': '/t/acme/x.png',
      'sc-status': '403',
      'x-edge-result-type': 'Error',
      'x-edge-request-id': 'request-0001==',
      'sc-content-type': 'text/xml',
      'sc-content-len': '146',
    };
    const header = `#Version: 1.0\r\n#Fields: ${Object.keys(values).join(' ')}\r\n`;
    const { code, text } = await explain(
      '-',
      [],
      `${header}${Object.values(values).join('\t')}\r\n`,
    );

    expect(code).toBe(0);
    expect(text).toMatch(/^cause {7}no_signature/m);
  });

  it('L-04: what a stranger put into a line stays text on the terminal', async () => {
    const hostile = '/t/acme/\u001b[31m\u202e\n<script>=HYPERLINK()';
    const { text } = await explain(v1Line({ 'cs-uri-stem': encodeURI(hostile) }));

    expect(text).not.toMatch(/[\u001b\u202e]/); // eslint-disable-line no-control-regex -- what must not be there
    expect(text.split('\n').every((line) => /^(?:[a-z ]{10} {2}.*)?$/.test(line))).toBe(true);
  });

  it('finds a request by an id that begins with a dash, in a folder of logs', async () => {
    const id = `-${'a'.repeat(53)}==`;
    const logs = path.join(folder, 'logs');
    const fields = V1_FIELDS.map(({ name }) => name).join(' ');
    const line = v1Line({ 'x-edge-request-id': id });
    mkdirSync(logs);
    writeFileSync(path.join(logs, 'E1.log'), `#Version: 1.0\n#Fields: ${fields}\n${line}\n`);
    const { code, text } = await explain(id, ['--source', logs]);

    expect(code).toBe(0);
    expect(text).toContain(`request     ${id}`);
  });

  it('says so when the logs hold no such request', async () => {
    const logs = path.join(folder, 'none');
    mkdirSync(logs);
    writeFileSync(
      path.join(logs, 'E1.log'),
      '#Version: 1.0\n#Fields: date time\n2026-01-01\t00:00:00\n',
    );
    const { code, complaints } = await explain('request-0002==', ['--source', logs]);

    expect(code).toBe(1);
    expect(complaints).toContain('the logs hold no such request');
  });
});

describe('explain-403 of anything else', () => {
  it.each([
    ['neither id nor line', 'what?', /^edgepass: request: .*a request id/],
    ['a line with too few fields', 'a\tb', /a line of 2 fields/],
    [
      'a line that its header does not fit',
      '#Fields: a b c\na\tb',
      /a line of 2 values below a #Fields line of 3/,
    ],
    ['two lines', `${v1Line({})}\n${v1Line({})}`, /received "2 lines"/],
    [
      'a JSON line without a date',
      JSON.stringify({ 'x-edge-request-id': 'request-0001==', 'sc-status': '403' }),
      /^edgepass: request: expected a line with date and time, or timestamp\(ms\), or timestamp, received "a log line without a time"/,
    ],
    ...['x', '2026-02-30', '+275760-09-13'].map((date): [string, string, RegExp] => [
      `a line of the day ${date}`,
      v1Line({ date }),
      /^edgepass: date and time of the line: expected an RFC 3339 time/,
    ]),
    ['a JSON request that lacks a field', '{"url":"https://a/"}', /^edgepass: /],
    ['text that only begins like JSON', '{', /^edgepass: line/],
  ])('%s', async (_what, given, shown) => {
    const { code, complaints } = await explain(given);

    expect(code).toBe(2);
    expect(complaints).toMatch(shown);
  });

  it('L-04: the name of a header stays text on the terminal, in one line', async () => {
    const headers = { 'a\u001b]0;owned\u0007\nedgepass: b': 1 };
    const { code, complaints } = await explain(jsonRequest({ headers }));

    expect(code).toBe(2);
    expect(complaints).toBe(
      'edgepass: headers.a\\u{1b}]0;owned\\u{7}\\u{a}edgepass: b: expected a string, received 1\n',
    );
  });

  it.each([
    ['a file that is not there', 'no-such-file'],
    ['a file that is not JSON', 'package-lock.txt'],
  ])('--public-keys: %s', async (_what, name) => {
    const file = path.join(folder, name);
    if (name.startsWith('package')) writeFileSync(file, 'not json');
    const { code, complaints } = await explain(v1Line({}), ['--public-keys', file]);

    expect(code).toBe(2);
    expect(complaints).toMatch(/^edgepass: --public-keys: /);
  });
});

it('there is advice for every cause of the closed list', () => {
  expect(Object.keys(ADVICE).sort()).toStrictEqual([...CAUSES].sort());
  expect(Object.values(ADVICE).filter((text) => text.length < 40)).toStrictEqual([]);
});
