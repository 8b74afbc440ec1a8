import { createKmsSigner, KmsSigningError } from '#custody/index';

describe('the package entry edgepass/custody', () => {
  it('signs with the signer of custody, whose errors are those of the entry', async () => {
    const signer = createKmsSigner({
      client: { send: () => Promise.reject(new Error('down')) },
      kmsKeyId: 'key',
      keyPairId: 'K2JCJMDEHXQW5F' as never,
      algorithm: 'ECDSA_SHA_256',
    });
    await expect(signer.sign(Buffer.from('x'))).rejects.toThrow(KmsSigningError);
  });
});
