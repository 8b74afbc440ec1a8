import { generateKeyPairSync } from 'node:crypto';
import { isCloudFrontKeySize, parseTrustedPublicKey } from '#core/verification/trusted-key';
import { thrownBy } from '../thrown-by';

function rsa(modulusLength: number): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

function ec(namedCurve: string): string {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve });
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

const RSA_2048 = rsa(2048);
const RSA_1024 = rsa(1024);
const P_256 = ec('P-256');

const STRICT = { allowTestKeySizes: false };
const LENIENT = { allowTestKeySizes: true };

describe('parseTrustedPublicKey', () => {
  it.each([
    ['RSA-2048', RSA_2048, 'RSA', 2048],
    ['P-256', P_256, 'ECDSA', 256],
    ['white space around', `\n ${P_256}\n\n`, 'ECDSA', 256],
    ['CRLF', P_256.replaceAll('\n', '\r\n'), 'ECDSA', 256],
    ['no last newline', RSA_2048.trimEnd(), 'RSA', 2048],
  ])('accepts %s', (_, pem, ...[algorithm, bits]) => {
    for (const options of [STRICT, LENIENT]) {
      const key = parseTrustedPublicKey(pem, options);

      expect(key).toMatchObject({ algorithm, bits });
      expect(isCloudFrontKeySize(key)).toBe(true);
    }
  });

  it('accepts other RSA sizes only for tests', () => {
    const key = parseTrustedPublicKey(RSA_1024, LENIENT);

    expect(key).toMatchObject({ algorithm: 'RSA', bits: 1024 });
    expect(isCloudFrontKeySize(key)).toBe(false);
    expect(thrownBy(() => parseTrustedPublicKey(RSA_1024, STRICT))).toMatchObject({
      code: 'ERR_PUBLIC_KEY',
      field: 'publicKey',
      message:
        'publicKey: expected -----BEGIN PUBLIC KEY----- of RSA-2048 or P-256, received "RSA with 1024 bits"',
    });
  });

  it('accepts RSA-4096 for tests, and nothing larger', () => {
    expect(parseTrustedPublicKey(rsa(4096), LENIENT).bits).toBe(4096);
    expect(thrownBy(() => parseTrustedPublicKey(rsa(4104), LENIENT))).toMatchObject({
      message:
        'publicKey: expected -----BEGIN PUBLIC KEY----- of an RSA key of at most 4096 bits or P-256, received "RSA with 4104 bits"',
    });
  });

  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  it.each([
    ['nothing', ''],
    ['no PEM', 'x'],
    ['a private key', pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    [
      'a private key under a false name',
      pair.privateKey
        .export({ type: 'pkcs8', format: 'pem' })
        .toString()
        .replaceAll('PRIVATE', 'PUBLIC'),
    ],
    ['two keys', P_256 + P_256],
    ['text before', `x${P_256}`],
    ['text after', `${P_256}x`],
    ['no base64', '-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----'],
    ['an empty body', '-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----'],
    ['a broken body', P_256.replace('MFk', 'MFj')],
    [
      'PKCS#1',
      generateKeyPairSync('rsa', { modulusLength: 2048 })
        .publicKey.export({ type: 'pkcs1', format: 'pem' })
        .toString(),
    ],
    ['P-384', ec('P-384')],
    ['secp256k1', ec('secp256k1')],
    [
      'Ed25519',
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ],
    [
      'RSA-PSS',
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
        .publicKey.export({ type: 'spki', format: 'pem' })
        .toString(),
    ],
  ])('refuses %s, without repeating it', (_, pem) => {
    for (const options of [STRICT, LENIENT]) {
      const error = thrownBy(() => parseTrustedPublicKey(pem, options));

      expect(error).toMatchObject({ name: 'InputError', code: 'ERR_PUBLIC_KEY' });
      expect(error).not.toHaveProperty('message', expect.stringContaining('received'));
    }
  });
});
