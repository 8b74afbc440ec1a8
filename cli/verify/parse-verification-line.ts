import { epochSeconds } from '#core/clock';
import { InputError } from '#core/errors';
import { type KeyPairId, parseKeyPairId } from '#core/signing/signer';
import {
  parseTrustedPublicKey,
  type TrustedKeys,
  type TrustedPublicKey,
} from '#core/verification/trusted-key';
import {
  DEFAULT_SWITCHES,
  type VerificationContext,
  type ViewerRequest,
} from '#core/verification/verify-viewer-request';

/** One line of input: a request, and what it is to be judged by. */
export interface VerificationLine {
  readonly request: ViewerRequest;
  readonly context: VerificationContext;
}

/** Keys by their PEM: a file of many lines names few keys, and parsing one costs more than verifying with it. */
export type KeyCache = Map<string, TrustedPublicKey>;

type Members = Readonly<Record<string, unknown>>;

const FIELDS = ['url', 'method', 'headers', 'clientIp', 'now', 'publicKeys', 'allowTestKeySizes'];
const CACHED_KEYS_MAX = 1000;

/** What was received is shown for values that have the wrong type; never a whole line, which holds cookies. */
function reject(field: string, allowed: string, ...received: readonly unknown[]): InputError {
  const shown = received.length === 0 ? {} : { received: received[0] };
  return new InputError({ code: 'ERR_VERIFICATION_LINE', field, allowed, ...shown });
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseMembers(text: string): Members {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw reject('line', 'one JSON object');
  }
  if (!isMembers(value)) throw reject('line', 'one JSON object', value);
  const unknownField = Object.keys(value).find((field) => !FIELDS.includes(field));
  if (unknownField !== undefined) {
    throw reject(unknownField, `no field of this name; known are ${FIELDS.join(', ')}`);
  }
  return value;
}

function parseText(members: Members, field: string): string {
  const value = members[field];
  if (typeof value === 'string') return value;
  throw reject(field, 'a string', value);
}

/** Header names in any letter case, each once. */
function parseHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (!isMembers(headers)) throw reject('headers', 'an object of strings', headers);
  const parsed = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') throw reject(`headers.${name}`, 'a string', value);
    if (parsed.has(name.toLowerCase())) {
      throw reject(`headers.${name}`, 'a header that is named once, in whatever letter case');
    }
    parsed.set(name.toLowerCase(), value);
  }
  return Object.fromEntries(parsed);
}

function parseKey(pem: string, keys: KeyCache): TrustedPublicKey {
  const known = keys.get(pem);
  if (known !== undefined) return known;
  // Whether its size is acceptable is part of the verdict, so that each line gets one.
  const key = parseTrustedPublicKey(pem, { allowTestKeySizes: true });
  if (keys.size >= CACHED_KEYS_MAX) keys.clear();
  keys.set(pem, key);
  return key;
}

function underField<Value>(field: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    throw error instanceof InputError ? error.withField(field) : error;
  }
}

function parseKeys(publicKeys: unknown, keys: KeyCache): TrustedKeys {
  if (!isMembers(publicKeys)) {
    throw reject('publicKeys', 'an object of key pair ids and PEM texts', publicKeys);
  }
  const trustedKeys = new Map<KeyPairId, TrustedPublicKey>();
  for (const id of Object.keys(publicKeys)) {
    const field = `publicKeys.${id}`;
    const pem = publicKeys[id];
    if (typeof pem !== 'string') throw reject(field, 'a PEM text', pem);
    underField(field, () => trustedKeys.set(parseKeyPairId(id), parseKey(pem, keys)));
  }
  return trustedKeys;
}

function parseAllowTestKeySizes({ allowTestKeySizes = false }: Members): boolean {
  if (typeof allowTestKeySizes === 'boolean') return allowTestKeySizes;
  throw reject('allowTestKeySizes', 'true or false', allowTestKeySizes);
}

/**
 * Parses one line of `edgepass verify`. All fields but `allowTestKeySizes` are required. Neither URL nor
 * address is judged here: a hostile one gets a verdict, not an error.
 *
 * @throws {InputError} that names the field; `line` when the text is not a JSON object
 */
export function parseVerificationLine(text: string, keys: KeyCache): VerificationLine {
  const members = parseMembers(text);
  const { now, headers, publicKeys } = members;
  if (typeof now !== 'number') throw reject('now', 'whole seconds since 1970', now);
  return {
    request: {
      url: parseText(members, 'url'),
      method: parseText(members, 'method'),
      headers: parseHeaders(headers),
      clientIp: parseText(members, 'clientIp'),
    },
    context: {
      now: underField('now', () => epochSeconds(now)),
      trustedKeys: parseKeys(publicKeys, keys),
      switches: { ...DEFAULT_SWITCHES, allowTestKeySizes: parseAllowTestKeySizes(members) },
    },
  };
}
