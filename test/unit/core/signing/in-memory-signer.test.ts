import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { Secret } from '#core/secret';
import { createInMemorySigner } from '#core/signing/in-memory-signer';
import { parseKeyPairId, type Signer } from '#core/signing/signer';
import { generateTestKey } from '../signing-fixture';
import { thrownBy } from '../thrown-by';

const MESSAGE = new TextEncoder().encode('{"Statement":[]}');
const keyPairId = parseKeyPairId('K1');

function signer(pem: string): Signer {
  return createInMemorySigner({ keyPairId, signingKey: new Secret(pem) });
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

describe('createInMemorySigner', () => {
  it.each(['rsa', 'p256'] as const)(
    'C-09, C-10: signs with SHA-256 and %s, in DER',
    async (kind) => {
      const key = generateTestKey(kind, 'K1');
      const { signature, ...rest } = await key.signer.sign(MESSAGE);
      const publicKey = createPublicKey(key.publicPem);

      expect(rest).toEqual({ keyPairId, hashAlgorithm: 'SHA256' });
      expect(verify('sha256', MESSAGE, publicKey, signature)).toBe(true);
      expect(verify('sha1', MESSAGE, publicKey, signature)).toBe(false);
      expect(
        verify('sha256', MESSAGE, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature),
      ).toBe(kind === 'rsa');
    },
  );

  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  it.each([
    ['nothing', ''],
    ['no PEM', 'hunter2-hunter2'],
    ['a public key', ec.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    [
      'an encrypted key',
      ec.privateKey
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
    ],
    ['RSA-1024', pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)],
    ['RSA-3072', pemOf(generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey)],
    ['RSA-PSS', pemOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey)],
    ['P-384', pemOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)],
    ['secp256k1', pemOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey)],
    ['Ed25519', pemOf(generateKeyPairSync('ed25519').privateKey)],
  ])('refuses %s without a word of it', (_, pem) => {
    const error = thrownBy(() => signer(pem));

    expect(error).toMatchObject({
      code: 'ERR_SIGNING_KEY',
      field: 'signingKey',
      message: 'signingKey: expected an RSA-2048 or P-256 private key as unencrypted PEM',
    });
    for (const line of pem.split('\n').filter((text) => text !== '')) {
      expect(inspect(error)).not.toContain(line);
    }
  });

  it('does not show its key', () => {
    const { signer: shown, privatePem } = generateTestKey('p256', 'K1');

    expect(inspect(shown, { depth: 9, showHidden: true })).not.toContain(privatePem.split('\n')[1]);
    expect(JSON.stringify(shown)).toBe('{}');
  });
});
