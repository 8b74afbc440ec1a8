import { checkPrimeSync, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { SeededRandom } from './random';

const PUBLIC_EXPONENT = 65_537n;
const PRIME_BITS = 1_024;

/** The extended algorithm of Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [previous, rest] = [modulus, value % modulus];
  let [factorBefore, factor] = [0n, 1n];
  while (rest !== 0n) {
    const quotient = previous / rest;
    [previous, rest] = [rest, previous - quotient * rest];
    [factorBefore, factor] = [factor, factorBefore - quotient * factor];
  }
  return ((factorBefore % modulus) + modulus) % modulus;
}

function drawPrime(random: SeededRandom): bigint {
  // Both upper bits are set, so that the product of two primes has exactly twice the length.
  const top = 3n << BigInt(PRIME_BITS - 2);
  let candidate = BigInt(`0x${random.bytes(PRIME_BITS / 8).toString('hex')}`) | top | 1n;
  while ((candidate - 1n) % PUBLIC_EXPONENT === 0n || !checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}

function base64Url(value: bigint): string {
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').toString('base64url');
}

/**
 * An RSA-2048 key made from a seed: the same settings always give the same signatures. Anybody who
 * knows the seed knows the key, so it signs only generated logs.
 */
export function drawSigningKey(random: SeededRandom): KeyObject {
  const [p, q] = [drawPrime(random), drawPrime(random)];
  const d = inverse(PUBLIC_EXPONENT, (p - 1n) * (q - 1n));
  const parts = { n: p * q, e: PUBLIC_EXPONENT, d, p, q };
  const derived = { dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const key = Object.fromEntries(
    Object.entries({ ...parts, ...derived }).map(([name, value]) => [name, base64Url(value)]),
  );
  return createPrivateKey({ key: { kty: 'RSA', ...key }, format: 'jwk' });
}

/** The public half, as CloudFront and `--public-keys` take it. */
export function publicKeyPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}
