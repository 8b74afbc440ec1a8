import type { KMSClient, SignCommandOutput } from '@aws-sdk/client-kms';
import { epochSeconds } from '#core/clock';
import { parseContentBaseUrl } from '#core/signing/content-base-url';
import { signCookies } from '#core/signing/signed-cookies';
import { parseKeyPairId, type Signer } from '#core/signing/signer';
import { tenantScope } from '#core/tenancy/path-scope';
import { parseTenantId } from '#core/tenancy/tenant-id';
import { parseTrustedPublicKey } from '#core/verification/trusted-key';
import { DEFAULT_SWITCHES, verifyViewerRequest } from '#core/verification/verify-viewer-request';
import { createKmsSigner } from '#custody/kms-signer';
import { FakeKms, KMS_KEY_ARN, KMS_KEY_ID } from './fake-kms';

const keyPairId = parseKeyPairId('K2JCJMDEHXQW5F');
const message = new TextEncoder().encode('{"Statement":[]}');
const ALGORITHMS = ['RSASSA_PKCS1_V1_5_SHA_256', 'ECDSA_SHA_256'] as const;

const signerOver = (
  kms: FakeKms,
  more: { kmsKeyId?: string; timeoutMilliseconds?: number } = {},
): Signer =>
  createKmsSigner({
    client: kms.client,
    kmsKeyId: KMS_KEY_ID,
    keyPairId,
    algorithm: kms.algorithm,
    ...more,
  });

describe.each(ALGORITHMS)('%s', (algorithm) => {
  it('K-02: what it signs opens the scope at the edge, and only that', async () => {
    const kms = new FakeKms(algorithm);
    const now = epochSeconds(1_767_290_000);
    const set = await signCookies({
      contentBaseUrl: parseContentBaseUrl('https://media.example.com'),
      scope: tenantScope(parseTenantId('acme')),
      lifetimeSeconds: 900,
      now,
      signer: signerOver(kms),
    });
    const cookie = set.cookies.map(({ name, value }) => `${name}=${value.reveal()}`).join('; ');
    const trusted = parseTrustedPublicKey(kms.publicKeyPem, { allowTestKeySizes: false });
    const verdictOf = (path: string): boolean =>
      verifyViewerRequest(
        {
          url: `https://media.example.com${path}`,
          method: 'GET',
          headers: { cookie },
          clientIp: '203.0.113.7',
        },
        { now, trustedKeys: new Map([[keyPairId, trusted]]), switches: DEFAULT_SWITCHES },
      ).allowed;

    expect(verdictOf('/t/acme/cat.jpg')).toBe(true);
    expect(verdictOf('/t/globex/cat.jpg')).toBe(false);
  });

  it('K-03: asks KMS for exactly one thing: this key, this algorithm, the message itself', async () => {
    const kms = new FakeKms(algorithm);

    await signerOver(kms).sign(message);

    expect(kms.commands).toStrictEqual([
      { KeyId: KMS_KEY_ID, Message: message, MessageType: 'RAW', SigningAlgorithm: algorithm },
    ]);
  });

  it('K-09: names the key pair and the hash with every signature', async () => {
    await expect(signerOver(new FakeKms(algorithm)).sign(message)).resolves.toMatchObject({
      keyPairId,
      hashAlgorithm: 'SHA256',
    });
  });

  it('takes a key ARN for the key', async () => {
    const signer = signerOver(new FakeKms(algorithm), { kmsKeyId: KMS_KEY_ARN });

    await expect(signer.sign(message)).resolves.toMatchObject({ keyPairId });
  });

  it.each<[string, Partial<SignCommandOutput>]>([
    ['another key', { KeyId: KMS_KEY_ARN.replace('1234abcd', '9999abcd') }],
    [
      'a key whose id only ends alike',
      { KeyId: `${KMS_KEY_ARN.replace(KMS_KEY_ID, '')}x${KMS_KEY_ID}` },
    ],
    ['no key', { KeyId: undefined }],
    ['another algorithm', { SigningAlgorithm: 'RSASSA_PSS_SHA_256' }],
    ['no algorithm', { SigningAlgorithm: undefined }],
    ['no signature', { Signature: undefined }],
    ['an empty signature', { Signature: new Uint8Array() }],
    ['C-10: a P1363 signature', { Signature: new Uint8Array(64).fill(1) }],
    ['a signature of 4096 bits', { Signature: new Uint8Array(512).fill(1) }],
    [
      'C-10: DER with a wrong length',
      { Signature: Uint8Array.from([0x30, 0x45, ...new Uint8Array(68)]) },
    ],
  ])('takes no answer on trust: %s is an error', async (_name, distortion) => {
    const kms = new FakeKms(algorithm);
    kms.distort = (answer) => ({ ...answer, ...distortion });

    await expect(signerOver(kms).sign(message)).rejects.toMatchObject({ code: 'ERR_KMS_SIGNING' });
  });
});

describe('when KMS fails', () => {
  it.each(['ThrottlingException', 'DisabledException', 'AccessDeniedException'])(
    'asks once and reports %s as the cause',
    async (name) => {
      const kms = new FakeKms('ECDSA_SHA_256');
      const cause = Object.assign(new Error('no'), { name });
      kms.distort = () => {
        throw cause;
      };

      await expect(signerOver(kms).sign(message)).rejects.toMatchObject({
        code: 'ERR_KMS_SIGNING',
        message: 'KMS did not sign',
        cause,
      });
      expect(kms.commands).toHaveLength(1);
    },
  );

  it('gives up in time', async () => {
    const aborted: AbortSignal[] = [];
    const send = (_command: unknown, options: { abortSignal: AbortSignal }): Promise<never> =>
      new Promise((_resolve, reject) => {
        aborted.push(options.abortSignal);
        options.abortSignal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      });
    const signer = createKmsSigner({
      client: { send: send as unknown as KMSClient['send'] },
      ...{ kmsKeyId: KMS_KEY_ID, keyPairId, algorithm: 'ECDSA_SHA_256', timeoutMilliseconds: 10 },
    });

    await expect(signer.sign(message)).rejects.toMatchObject({ code: 'ERR_KMS_SIGNING' });
    expect(aborted[0]?.aborted).toBe(true);
  });

  it('does not send what KMS would refuse: a message of more than 4,096 bytes', async () => {
    const kms = new FakeKms('ECDSA_SHA_256');

    await expect(signerOver(kms).sign(new Uint8Array(4097))).rejects.toThrow(/too long for KMS/);
    expect(kms.commands).toStrictEqual([]);
  });
});
