import { existsSync, readFileSync } from 'node:fs';
import { InputError } from '../../core/errors';
import type { TrustedKeys } from '../../core/verification/trusted-key';
import { parsePublicKeys } from '../verify/parse-verification-line';

/**
 * The public keys of a file: one JSON object of key pair ids and PEM texts.
 *
 * @throws {InputError} that names the file or the key
 */
export function readPublicKeys(file: string): TrustedKeys {
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
  return parsePublicKeys(parsed, new Map());
}
