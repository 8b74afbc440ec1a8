import { generateKeyPairSync, sign as cryptoSign } from 'node:crypto';
import { epochSeconds } from '#core/clock';
import { encodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { signCookies } from '#core/signing/signed-cookies';
import { signUrl } from '#core/signing/signed-url';
import { parseKeyPairId } from '#core/signing/signer';
import { parseObjectKey } from '#core/tenancy/object-key';
import { parseTrustedPublicKey } from '#core/verification/trusted-key';
import {
  DEFAULT_SWITCHES,
  type Verdict,
  type VerificationSwitches,
  verifyViewerRequest,
} from '#core/verification/verify-viewer-request';
import { acme, BASE_URL, cookieHeader, generateTestKey, NOW } from '../signing-fixture';

const KEY = generateTestKey('p256', 'K2JCJMDEHXQW5F');
const FILE = 'https://media.example.com/t/acme/photo.jpg';
const grant = { contentBaseUrl: BASE_URL, lifetimeSeconds: 900, now: NOW, signer: KEY.signer };

let cookie = '';
let signedUrl = '';
beforeAll(async () => {
  cookie = cookieHeader(await signCookies({ ...grant, scope: acme() }));
  const objectKey = parseObjectKey('t/acme/photo.jpg');
  signedUrl = (await signUrl({ ...grant, objectKey })).signedUrl.reveal();
});

interface Presented {
  readonly url?: string;
  readonly cookie?: string;
  readonly clientIp?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly at?: number;
  readonly switches?: Partial<VerificationSwitches>;
}

function verify({ url = FILE, clientIp = '203.0.113.7', at = NOW, ...rest }: Presented): Verdict {
  const headers = rest.headers ?? (rest.cookie === undefined ? {} : { cookie: rest.cookie });
  return verifyViewerRequest(
    { url, method: 'GET', headers, clientIp },
    {
      now: epochSeconds(at),
      trustedKeys: new Map([[KEY.keyPairId, KEY.trusted]]),
      switches: { ...DEFAULT_SWITCHES, ...rest.switches },
    },
  );
}

function reasons(presented: Presented): readonly string[] {
  const verdict = verify(presented);
  return verdict.allowed ? ['allowed'] : verdict.reasons;
}

/** Cookies for any policy text, signed with our key: what only an attacker inside could make. */
async function cookiesFor(policy: string | Uint8Array, extra = ''): Promise<string> {
  const bytes = typeof policy === 'string' ? new TextEncoder().encode(policy) : policy;
  const { signature } = await KEY.signer.sign(bytes);
  return `CloudFront-Policy=${encodeCloudFrontBase64(bytes)}; CloudFront-Signature=${encodeCloudFrontBase64(signature)}; CloudFront-Key-Pair-Id=${KEY.keyPairId}; CloudFront-Hash-Algorithm=SHA256${extra}`;
}

async function cannedCookies(expires: string, resource = FILE): Promise<string> {
  const policy = `{"Statement":[{"Resource":"${resource}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`;
  return (await cookiesFor(policy)).replace(/Policy=[^;]*/, `Expires=${expires}`);
}

describe('an allowed request', () => {
  it('M-04: says by which credentials', () => {
    const common = { allowed: true, keyPairId: KEY.keyPairId, hashAlgorithm: 'SHA256' };

    expect(verify({ cookie })).toEqual({ ...common, form: 'signedCookies', policyKind: 'custom' });
    expect(verify({ url: signedUrl })).toEqual({
      ...common,
      form: 'signedUrl',
      policyKind: 'custom',
    });
  });

  it('says when the policy was canned', async () => {
    expect(verify({ cookie: await cannedCookies('1767290900') })).toMatchObject({
      form: 'signedCookies',
      policyKind: 'canned',
    });
  });

  it('may be a signed URL with whatever cookies', () => {
    expect(reasons({ url: signedUrl, cookie: 'CloudFront-Policy=junk' })).toEqual(['allowed']);
  });
});

describe('a refused request', () => {
  it('carries status, code, body and reasons', () => {
    expect(verify({ cookie, at: NOW + 900 })).toEqual({
      allowed: false,
      status: 403,
      code: 'AccessDenied',
      body: '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>',
      reasons: ['expired'],
    });
  });

  it.each([
    [-61, 'not_yet_valid'],
    [-60, 'not_yet_valid'],
    [-59, 'allowed'],
    [899, 'allowed'],
    [900, 'expired'],
    [901, 'expired'],
  ])('C-40: at %d s is %s', (seconds, expected) => {
    expect(reasons({ cookie, at: NOW + seconds })).toEqual([expected]);
  });

  it.each([
    {},
    { headers: {} },
    { cookie: '' },
    { cookie: 'theme=dark' },
    { headers: { Cookie: 'x' } },
  ])('has only one reason without any credentials: %j', (presented) => {
    expect(verify(presented)).toMatchObject({ code: 'MissingKey', reasons: ['missing_key_id'] });
  });

  it.each([
    ['Key-Pair-Id', 'MissingKey', 'missing_key_id'],
    ['Policy', 'MalformedPolicy', 'missing_policy'],
    ['Signature', 'AccessDenied', 'missing_signature'],
    ['Hash-Algorithm', 'AccessDenied', 'bad_signature'],
  ])('C-50: lacks CloudFront-%s', (part, code, reason) => {
    const without = cookie.replace(`CloudFront-${part}=`, 'x=');

    expect(verify({ cookie: without })).toMatchObject({ code, reasons: [reason] });
  });

  it.each([
    ['Key-Pair-Id', '', 'MissingKey', 'malformed_key_id'],
    ['Key-Pair-Id', '-----BEGIN PUBLIC KEY-----\nMFk', 'MissingKey', 'malformed_key_id'],
    ['Key-Pair-Id', 'KNOBODY', 'InvalidKey', 'unknown_key'],
    ['Policy', '', 'MalformedPolicy', 'policy_not_json'],
    ['Policy', '!', 'MalformedPolicy', 'policy_encoding'],
    ['Signature', '', 'AccessDenied', 'bad_signature'],
    ['Signature', '!', 'MalformedSignature', 'malformed_signature'],
    ['Signature', '"MEUC"', 'MalformedSignature', 'malformed_signature'],
    ['Hash-Algorithm', '', 'AccessDenied', 'unsupported_hash'],
    ['Hash-Algorithm', 'sha256', 'AccessDenied', 'unsupported_hash'],
    ['Hash-Algorithm', 'MD5', 'AccessDenied', 'unsupported_hash'],
  ])('has CloudFront-%s=%j', (part, value, ...[code, reason]) => {
    const altered = cookie.replace(new RegExp(`(CloudFront-${part}=)[^;]*`), `$1${value}`);
    const verdict = verify({ cookie: altered });

    expect(verdict).toMatchObject({ code });
    expect(verdict.allowed ? [] : verdict.reasons).toContain(reason);
  });

  it('names every reason that applies, under the code that comes first', async () => {
    const policy =
      '{"Statement":[{"Resource":"https://media.example.com/t/globex/*","Condition":{"DateLessThan":{"AWS:EpochTime":1},"DateGreaterThan":{"AWS:EpochTime":1999999999},"IpAddress":{"AWS:SourceIp":"10.0.0.0/8"}}}]}';
    const forged = (await cookiesFor(policy)).replace('SHA256', 'SHA1');

    expect(verify({ cookie: forged, switches: { strictSha256: true } })).toMatchObject({
      code: 'AccessDenied',
      reasons: [
        'sha1_refused',
        'outside_resource',
        'not_yet_valid',
        'expired',
        'wrong_address',
        'bad_signature',
      ],
    });
    expect(
      reasons({
        cookie:
          'CloudFront-Signature=!; CloudFront-Policy=!; CloudFront-Key-Pair-Id=x; CloudFront-Hash-Algorithm=y; CloudFront-Expires=z; CloudFront-Expires=z',
      }),
    ).toEqual([
      'duplicate_credential',
      'unknown_key',
      'policy_and_expires',
      'policy_encoding',
      'malformed_signature',
      'unsupported_hash',
    ]);
  });

  it('still says that the signature is bad when the policy cannot be read', async () => {
    const unread = (await cookiesFor('{}')).replace('SHA256', 'SHA1');

    expect(reasons({ cookie: unread })).toContain('bad_signature');
    expect(reasons({ cookie: await cookiesFor('{}') })).toEqual([
      'policy_statement',
      'policy_expiry_missing',
    ]);
  });

  it.each([
    ['bytes that are not UTF-8', Uint8Array.from([0x22, 0xff, 0x22])],
    ['a byte order mark', new TextEncoder().encode('\ufeff{}')],
  ])('C-12: has a policy of %s', async (_, bytes) => {
    expect(verify({ cookie: await cookiesFor(bytes) })).toMatchObject({
      code: 'MalformedPolicy',
      reasons: ['policy_not_json'],
    });
  });

  it.each([
    ['1767290900.0', 'malformed_expires'],
    ['-1', 'malformed_expires'],
    ['', 'malformed_expires'],
    ['9223372036854775808', 'malformed_expires'],
    ['1767290900000', 'policy_milliseconds'],
  ])('C-12: has CloudFront-Expires=%s', async (expires, reason) => {
    expect(verify({ cookie: await cannedCookies(expires) })).toMatchObject({
      code: 'MalformedPolicy',
      reasons: [reason],
    });
  });

  it.each([
    [899, ['allowed']],
    [900, ['expired']],
  ])('C-40: canned, at %d s', async (seconds, expected) => {
    expect(reasons({ cookie: await cannedCookies('1767290900'), at: NOW + seconds })).toEqual(
      expected,
    );
  });

  it('C-02: has a canned policy whose URL JSON would have to escape', async () => {
    const url = `${FILE}?a="b`;

    expect(verify({ url, cookie: await cannedCookies('1767290900', url) })).toMatchObject({
      code: 'AccessDenied',
      reasons: ['unsupported_resource'],
    });
  });

  it('C-50: has both a policy and an expiry', () => {
    expect(verify({ cookie: `${cookie}; CloudFront-Expires=1767290900` })).toMatchObject({
      code: 'MalformedPolicy',
      reasons: ['policy_and_expires'],
    });
  });

  it.each(['Expires=1', 'Policy=x', 'Signature=x', 'Key-Pair-Id=x', 'Hash-Algorithm=SHA256'])(
    'C-23: has good cookies and ?%s',
    (query) => {
      const verdict = verify({ url: `${FILE}?${query}`, cookie });

      expect(verdict.allowed).toBe(false);
      expect(verdict.allowed ? [] : verdict.reasons).toContain('cookies_ignored');
    },
  );

  it('C-23: has good cookies and an escaped reserved name', () => {
    expect(reasons({ url: `${FILE}?%45xpires=1`, cookie })).toEqual(['encoded_parameter_name']);
  });

  it.each([
    '',
    'x',
    '/t/acme/x',
    'https://u@media.example.com/t/acme/x',
    `${FILE}#x`,
    `${FILE}\r\n`,
  ])('C-24: has the URL %j', (url) => {
    expect(verify({ url, cookie })).toMatchObject({
      code: 'AccessDenied',
      reasons: ['malformed_url'],
    });
  });

  it('C-43: comes from an address that no header can change', async () => {
    const policy =
      '{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1767290900},"IpAddress":{"AWS:SourceIp":"10.0.0.0/8"}}}]}';
    const headers = { cookie: await cookiesFor(policy), 'x-forwarded-for': '10.0.0.1' };

    expect(reasons({ headers })).toEqual(['wrong_address']);
    expect(reasons({ headers, clientIp: '10.0.0.1' })).toEqual(['allowed']);
  });

  it('C-21: has a fitting raw path only under the raw reading', () => {
    const url = 'https://media.example.com/t/acme/%2e%2e/globex/x';

    expect(reasons({ url, cookie })).toEqual(['allowed']);
    expect(reasons({ url, cookie, switches: { matchedPath: 'normalised' } })).toEqual([
      'outside_resource',
    ]);
  });

  it('is signed with a trusted key of a size that CloudFront would not store', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const policy = new TextEncoder().encode(
      `{"Statement":[{"Resource":"${FILE}","Condition":{"DateLessThan":{"AWS:EpochTime":${NOW + 1}}}}]}`,
    );
    const signature = cryptoSign('sha1', policy, privateKey);
    const header = `CloudFront-Policy=${encodeCloudFrontBase64(policy)}; CloudFront-Signature=${encodeCloudFrontBase64(signature)}; CloudFront-Key-Pair-Id=KRSA1024`;
    const verdict = (allowTestKeySizes: boolean, strictSha256 = false): Verdict =>
      verifyViewerRequest(
        { url: FILE, method: 'GET', headers: { cookie: header }, clientIp: '203.0.113.7' },
        {
          now: NOW,
          trustedKeys: new Map([
            [parseKeyPairId('KRSA1024'), parseTrustedPublicKey(pem, { allowTestKeySizes: true })],
          ]),
          switches: { ...DEFAULT_SWITCHES, allowTestKeySizes, strictSha256 },
        },
      );

    expect(verdict(false)).toMatchObject({ code: 'InvalidKey', reasons: ['unsupported_key'] });
    expect(verdict(true)).toMatchObject({ allowed: true, hashAlgorithm: 'SHA1' });
    expect(verdict(true, true)).toMatchObject({ code: 'AccessDenied', reasons: ['sha1_refused'] });
  });

  it('C-09: is signed with SHA-256 under strictSha256', () => {
    expect(reasons({ cookie, switches: { strictSha256: true } })).toEqual(['allowed']);
  });

  it('C-04: has a Resource that only signed URLs may have', async () => {
    const policy =
      '{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":1767290900}}}]}';

    expect(reasons({ cookie: await cookiesFor(policy) })).toEqual(['unsupported_resource']);
  });

  it.each([
    ['refuse', ['duplicate_credential']],
    ['first', ['allowed']],
    ['last', ['policy_encoding']],
  ] as const)('C-30: has two policies, under %s', (duplicateCookie, expected) => {
    const doubled = `${cookie}; CloudFront-Policy=!`;

    expect(reasons({ cookie: doubled, switches: { duplicateCookie } })).toEqual(expected);
  });
});

describe('DEFAULT_SWITCHES', () => {
  it('are these', () => {
    expect(DEFAULT_SWITCHES).toEqual({
      matchedPath: 'raw',
      duplicateCookie: 'refuse',
      strictSha256: false,
      allowTestKeySizes: false,
    });
  });
});
