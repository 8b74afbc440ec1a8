import { createPublicKey } from 'node:crypto';

const PKCS1_PEM =
  /^\s*-----BEGIN RSA PUBLIC KEY-----[A-Za-z0-9+/=\s]{1,2000}-----END RSA PUBLIC KEY-----\s*$/;

/**
 * The text of a public key in the form that CloudFront stores. People have the same key in other
 * forms: with `\n` written as two characters, as in environment variables and JSON, or in PKCS#1,
 * as older OpenSSL commands write it. Other text is returned as it is; `parseTrustedPublicKey`
 * refuses it.
 *
 * @see RFC 8017, appendix A.1.1
 */
export function normalizePublicKeyText(text: string): string {
  const pem = text.replaceAll(/(\\r)?\\n/g, '\n');
  if (!PKCS1_PEM.test(pem)) return pem;
  try {
    return createPublicKey(pem.trim()).export({ type: 'spki', format: 'pem' }).toString();
  } catch {
    return pem;
  }
}
