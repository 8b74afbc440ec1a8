import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { epochSeconds } from '#core/clock';
import { signUrl } from '#core/signing/signed-url';
import { parseKeyPairId } from '#core/signing/signer';
import { parseObjectKey } from '#core/tenancy/object-key';
import { parseTrustedPublicKey } from '#core/verification/trusted-key';
import { DEFAULT_SWITCHES, verifyViewerRequest } from '#core/verification/verify-viewer-request';
import { type BackendSigning, readBackendSigning } from '#custody/backend-signing';

const NOW = epochSeconds(1_767_290_000);
const KEY_PAIR_ID = 'K2JCJMDEHXQW5F';
const PAIRS = {
  'RSA-2048': generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};
const { publicKey, privateKey } = PAIRS['P-256'];
const pemOf = (key: typeof privateKey): string =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString();
const PEM = pemOf(privateKey);
const COMPLETE = {
  CLOUDFRONT_DISTRIBUTION_DOMAIN: 'media.example.com',
  CLOUDFRONT_KEY_PAIR_ID: KEY_PAIR_ID,
  CLOUDFRONT_PRIVATE_KEY: PEM,
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'backend-signing-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function keyFile(mode: number, text = PEM): string {
  const file = path.join(folder, `key-${mode.toString(8)}-${text.length}.pem`);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

/** Whether the edge accepts a URL that was signed so. */
async function opens(signing: BackendSigning, key = publicKey): Promise<boolean> {
  if (signing.signing === 'disabled') return false;
  const objectKey = parseObjectKey('t/acme/f/1/ä b.png');
  const { signedUrl } = await signUrl({ ...signing, objectKey, now: NOW });
  const pem = key.export({ type: 'spki', format: 'pem' }).toString();
  const trusted = parseTrustedPublicKey(pem, { allowTestKeySizes: false });
  const { allowed } = verifyViewerRequest(
    { url: signedUrl.reveal(), method: 'GET', headers: {}, clientIp: '203.0.113.7' },
    {
      now: NOW,
      trustedKeys: new Map([[parseKeyPairId(KEY_PAIR_ID), trusted]]),
      switches: DEFAULT_SWITCHES,
    },
  );
  return allowed;
}

/** What an error says, with everything that a log could print of it. */
function refusal(variables: Record<string, string | undefined>): string {
  try {
    readBackendSigning(variables);
    return '';
  } catch (error) {
    return inspect(error, { depth: 5 });
  }
}

describe('readBackendSigning', () => {
  it.each(Object.entries(PAIRS))(
    'K-08: signs with %s what the edge accepts',
    async (_name, pair) => {
      const signing = readBackendSigning({
        ...COMPLETE,
        CLOUDFRONT_PRIVATE_KEY: pemOf(pair.privateKey),
      });

      expect(await opens(signing, pair.publicKey)).toBe(true);
    },
  );

  it.each([
    ['escaped line ends', PEM.replaceAll('\n', '\\n')],
    ['escaped line ends of Windows', PEM.replaceAll('\n', '\\r\\n')],
  ])('reads a PEM with %s', async (_what, pem) => {
    expect(await opens(readBackendSigning({ ...COMPLETE, CLOUDFRONT_PRIVATE_KEY: pem }))).toBe(
      true,
    );
  });

  it('takes the file when both are there', async () => {
    const variables = {
      ...COMPLETE,
      CLOUDFRONT_PRIVATE_KEY: 'not a key',
      CLOUDFRONT_PRIVATE_KEY_PATH: keyFile(0o600),
    };

    expect(await opens(readBackendSigning(variables))).toBe(true);
  });

  it.each([
    [undefined, 900],
    ['', 900],
    ['60', 60],
    ['900', 900],
    ['86400', 900],
  ])('C-08: an expiry of %j is %i seconds', (text, seconds) => {
    expect(readBackendSigning({ ...COMPLETE, CLOUDFRONT_URL_EXPIRY: text })).toMatchObject({
      lifetimeSeconds: seconds,
    });
  });

  it.each(['0', '-5', '1.5', '15m', 'forever', '9999999999'])(
    'refuses the expiry %j by name',
    (text) => {
      expect(refusal({ ...COMPLETE, CLOUDFRONT_URL_EXPIRY: text })).toContain(
        `CLOUDFRONT_URL_EXPIRY: expected whole seconds from 1; more than 900 count as 900, received "${text}"`,
      );
    },
  );

  it.each(Object.keys(COMPLETE))('half a configuration is an error: without %s', (name) => {
    for (const value of [undefined, ''])
      expect(refusal({ ...COMPLETE, [name]: value })).toContain(
        `${name}: expected a value, or \`signing: "disabled"\` while developing`,
      );
  });

  it.each([
    ['CLOUDFRONT_DISTRIBUTION_DOMAIN', 'https://media.example.com/path'],
    ['CLOUDFRONT_DISTRIBUTION_DOMAIN', '*.example.com'],
    ['CLOUDFRONT_KEY_PAIR_ID', 'a;b'],
  ])('refuses %s=%j by name', (name, value) => {
    expect(refusal({ ...COMPLETE, [name]: value })).toContain(`${name}: expected `);
  });

  it.each([0o644, 0o640, 0o604])('refuses a key file that others can read: %i', (mode) => {
    const said = refusal({ ...COMPLETE, CLOUDFRONT_PRIVATE_KEY_PATH: keyFile(mode) });

    expect(said).toContain(
      'CLOUDFRONT_PRIVATE_KEY_PATH: expected a file that only its owner can read',
    );
  });

  it('refuses a file that is none, without a second choice', () => {
    for (const file of [path.join(folder, 'absent.pem'), folder])
      expect(refusal({ ...COMPLETE, CLOUDFRONT_PRIVATE_KEY_PATH: file })).toContain(
        'CLOUDFRONT_PRIVATE_KEY_PATH: expected the path of a file',
      );
  });

  it('K-01: no error holds anything of a key', () => {
    const broken = PEM.replace('PRIVATE', 'SECRET');
    const texts = [
      refusal({ ...COMPLETE, CLOUDFRONT_PRIVATE_KEY: broken }),
      refusal({ ...COMPLETE, CLOUDFRONT_PRIVATE_KEY_PATH: keyFile(0o600, broken) }),
    ];

    expect(texts[0]).toContain('CLOUDFRONT_PRIVATE_KEY: expected an RSA-2048 or P-256');
    expect(texts[1]).toContain('CLOUDFRONT_PRIVATE_KEY_PATH: expected an RSA-2048 or P-256');
    for (const text of texts) expect(text).not.toContain(PEM.split('\n')[1] ?? 'none');
  });

  it('is off only when somebody says so, and never in production', () => {
    expect(readBackendSigning({}, { signing: 'disabled' })).toEqual({ signing: 'disabled' });
    expect(() => readBackendSigning({ NODE_ENV: 'production' }, { signing: 'disabled' })).toThrow(
      'signing: expected "enabled" when NODE_ENV is production, received "disabled"',
    );
  });
});
