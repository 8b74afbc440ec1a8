import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { normalizePublicKeyText } from '#core/verification/public-key-text';
import { parseTrustedPublicKey } from '#core/verification/trusted-key';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const SPKI = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const PKCS1 = publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();

it.each([
  ['as it is', SPKI],
  ['with line ends written as two characters', SPKI.replaceAll('\n', '\\n')],
  ['with Windows line ends written out', SPKI.replaceAll('\n', '\\r\\n')],
  ['in PKCS#1', PKCS1],
  ['in PKCS#1 with line ends written out', PKCS1.replaceAll('\n', '\\n')],
])('a key %s is the same key', (_how, text) => {
  const { keyObject } = parseTrustedPublicKey(normalizePublicKeyText(text), {
    allowTestKeySizes: false,
  });

  expect(keyObject.equals(createPublicKey(SPKI))).toBe(true);
});

it.each([
  ['a private key', privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
  ['PKCS#1 that is none', PKCS1.replace('MIIB', 'MIIX')],
  ['no key', 'hello'],
])('%s stays what it is', (_what, text) => {
  expect(normalizePublicKeyText(text)).toBe(text);
});
