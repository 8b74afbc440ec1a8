import { AssumptionError } from '#core/errors';
import { decodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { epochSeconds } from '#core/policy/epoch-seconds';
import { signPolicy } from '#core/signing/sign-policy';
import type { PolicySignature, Signer } from '#core/signing/signer';
import { generateTestKey, NOW } from '../signing-fixture';

const RESOURCE = 'https://media.example.com/t/acme/*';
const { signer, keyPairId } = generateTestKey('p256', 'K1');

function signerThatAnswers(answer: object): Signer {
  const signature = {
    signature: new Uint8Array([1]),
    keyPairId,
    hashAlgorithm: 'SHA256',
    ...answer,
  };
  return { sign: () => Promise.resolve(signature as PolicySignature) };
}

describe('signPolicy', () => {
  it('C-41: starts 60 s before now and ends with the lifetime', async () => {
    const signed = await signPolicy(RESOURCE, 'cookies', {
      lifetimeSeconds: 300,
      now: NOW,
      signer,
    });

    expect(signed).toMatchObject({
      startsAt: NOW - 60,
      expiresAt: NOW + 300,
      keyPairId,
      hashAlgorithm: 'SHA256',
    });
    expect(signed.fingerprint).toBe(signed.encodedSignature.slice(0, 24));
    expect(new TextDecoder().decode(decodeCloudFrontBase64(signed.encodedPolicy))).toBe(
      `{"Statement":[{"Resource":"${RESOURCE}","Condition":{"DateLessThan":{"AWS:EpochTime":${NOW + 300}},"DateGreaterThan":{"AWS:EpochTime":${NOW - 60}}}}]}`,
    );
  });

  it('C-02: hands the signer exactly the bytes that it encodes', async () => {
    const sign = jest.spyOn(signer, 'sign');
    const signed = await signPolicy(RESOURCE, 'cookies', { lifetimeSeconds: 1, now: NOW, signer });

    expect(sign).toHaveBeenCalledTimes(1);
    expect(sign).toHaveBeenCalledWith(decodeCloudFrontBase64(signed.encodedPolicy));
  });

  it.each([
    ['cookies', 901],
    ['signedUrl', 901],
    ['signedUrlBatch', 301],
    ['cookies', 0],
    ['cookies', -1],
    ['cookies', 0.5],
    ['cookies', 900_000],
  ] as const)(
    'C-08: for %s refuses a lifetime of %d s before it signs',
    async (kind, lifetimeSeconds) => {
      const sign = jest.spyOn(signer, 'sign');

      await expect(
        signPolicy(RESOURCE, kind, { lifetimeSeconds, now: NOW, signer }),
      ).rejects.toMatchObject({
        code: 'ERR_LIFETIME',
      });
      expect(sign).not.toHaveBeenCalled();
    },
  );

  it('C-08: refuses a clock that cannot be right', async () => {
    const now = epochSeconds(59);

    await expect(
      signPolicy(RESOURCE, 'cookies', { lifetimeSeconds: 1, now, signer }),
    ).rejects.toMatchObject({
      code: 'ERR_EPOCH_SECONDS',
    });
  });

  it.each([
    ['SHA-1', { hashAlgorithm: 'SHA1' }],
    ['no hash', { hashAlgorithm: undefined }],
    ['an id that is none', { keyPairId: 'K1; Path=/' }],
    ['no id', { keyPairId: '' }],
  ])('C-09, C-34: does not pass on %s', async (_, answer) => {
    const input = { lifetimeSeconds: 1, now: NOW, signer: signerThatAnswers(answer) };

    await expect(signPolicy(RESOURCE, 'cookies', input)).rejects.toThrow(
      new AssumptionError('The signer answered with a hash or key pair id that we never use'),
    );
  });

  it('passes on the failure of the signer', async () => {
    const failing: Signer = { sign: () => Promise.reject(new Error('KMS is away')) };

    await expect(
      signPolicy(RESOURCE, 'cookies', { lifetimeSeconds: 1, now: NOW, signer: failing }),
    ).rejects.toThrow('KMS is away');
  });
});
