import { existsSync, readFileSync } from 'node:fs';
import { parsePublicKeys, type PublicKeys } from '#analytics/verification/verify-presented';
import { InputError } from '#core/errors';

function isPublicKeys(value: unknown): value is PublicKeys {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((pem) => typeof pem === 'string')
  );
}

/**
 * Reads the public keys in a file, which is a JSON object of key pair ids and PEM texts.
 *
 * @throws {InputError} that names the file or the key
 */
export function readPublicKeys(file: string): PublicKeys {
  const refuse = (received: string): never => {
    throw new InputError({
      code: 'ERR_PUBLIC_KEYS',
      field: '--public-keys',
      received,
      allowed: 'a file with one JSON object: { "<key pair id>": "-----BEGIN PUBLIC KEY-----…" }',
    });
  };
  if (!existsSync(file)) return refuse(file);
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return refuse(`${file}, which is not JSON`);
  }
  if (!isPublicKeys(parsed)) return refuse(`${file}, which is no object of texts`);
  parsePublicKeys(parsed);
  return parsed;
}
