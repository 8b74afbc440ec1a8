// This file is also bundled into a CloudFront Function. It must not use a Node.js API, an import,
// or syntax newer than ES2020.

// CloudFront uses standard base64 and then replaces `+` by `-`, `/` by `~` and `=` by `_`. This is
// not base64url.
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~';

/**
 * Encodes bytes in CloudFront's base64, which has `-`, `~` and `_` in place of `+`, `/` and `=`.
 *
 * @see DG:private-content-linux-openssl
 */
export function encodeCloudFrontBase64(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let bitCount = 0;
  bytes.forEach((byte) => {
    bits = (bits << 8) | byte;
    bitCount += 8;
    while (bitCount >= 6) {
      bitCount -= 6;
      text += ALPHABET.charAt(bits >> bitCount);
      bits &= (1 << bitCount) - 1;
    }
  });
  if (bitCount > 0) text += ALPHABET.charAt(bits << (6 - bitCount));
  return text + '_'.repeat((3 - (bytes.length % 3)) % 3);
}

/** Returns how many of the last four characters are padding: 0, 1 or 2. */
function paddingLength(text: string): number {
  if (!text.endsWith('_')) return 0;
  return text.endsWith('__') ? 2 : 1;
}

/**
 * Decodes CloudFront's base64. Every byte sequence has one canonical text. Returns `undefined` for
 * any other text: with other characters, missing or additional padding, or unused bits that are not
 * zero (C-11).
 */
export function decodeCloudFrontBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const digits = text.length - paddingLength(text);
  const bytes = new Uint8Array(Math.floor((digits * 6) / 8));
  let bits = 0;
  let bitCount = 0;
  let at = 0;
  for (let index = 0; index < digits; index++) {
    const digit = ALPHABET.indexOf(text.charAt(index));
    if (digit === -1) return undefined;
    bits = (bits << 6) | digit;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[at++] = bits >> bitCount;
      bits &= (1 << bitCount) - 1;
    }
  }
  return bits === 0 ? bytes : undefined;
}
