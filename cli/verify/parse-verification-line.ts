import { z } from 'zod';
import { epochSeconds } from '#core/clock';
import { URL_BYTES_MAX } from '#core/contract/request-limits';
import { InputError } from '#core/errors';
import { type KeyPairId, parseKeyPairId } from '#core/signing/signer';
import { normalizePublicKeyText } from '#core/verification/public-key-text';
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

/** One line of input: a request, and the keys and settings for the decision. */
export interface VerificationLine {
  readonly request: ViewerRequest;
  readonly context: VerificationContext;
}

/**
 * Parsed keys by their PEM text. A file of many lines has few keys, and parsing a key takes longer
 * than verifying with it.
 */
export type KeyCache = Map<string, TrustedPublicKey>;

const CACHED_KEYS_MAX = 1000;

/**
 * The schema of a line. Error messages quote its texts, which describe the allowed values. The URL
 * and the address are not checked here, because a wrong one must get a verdict.
 */
const lineSchema = z.strictObject(
  {
    url: z.string('a string'),
    method: z.string('a string'),
    headers: z.record(z.string(), z.string('a string'), 'an object of strings'),
    clientIp: z.string('a string'),
    now: z.number('whole seconds since 1970'),
    publicKeys: z.record(
      z.string(),
      z.string('a PEM text'),
      'an object of key pair ids and PEM texts',
    ),
    allowTestKeySizes: z.boolean('true or false').default(false),
  },
  'one JSON object',
);

type Line = z.infer<typeof lineSchema>;

/**
 * Makes an error. The received value is shown only if it has the wrong type. A whole line is never
 * shown, because it contains cookies.
 */
function reject(field: string, allowed: string, ...received: readonly unknown[]): InputError {
  const shown = received.length === 0 ? {} : { received: received[0] };
  return new InputError({ code: 'ERR_VERIFICATION_LINE', field, allowed, ...shown });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw reject('line', 'one JSON object');
  }
}

function memberOf(value: unknown, name: PropertyKey): unknown {
  return (value as Readonly<Record<PropertyKey, unknown>>)[name];
}

/**
 * Returns the first problem. Unknown fields come before wrong ones, because a misspelt field is
 * often the reason for a missing one.
 */
function problemOf({ issues }: z.ZodError, document: unknown): InputError {
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const known = Object.keys(lineSchema.shape).join(', ');
    return reject(issue.keys[0] ?? 'line', `no field of this name; known are ${known}`);
  }
  const [{ path, message } = { path: [], message: 'one JSON object' }] = issues;
  const field = path.length === 0 ? 'line' : path.join('.');
  return reject(field, message, path.reduce(memberOf, document));
}

function parseLine(text: string): Line {
  const document = parseJson(text);
  const parsed = lineSchema.safeParse(document);
  if (!parsed.success) throw problemOf(parsed.error, document);
  for (const field of ['headers', 'publicKeys'] as const) {
    // zod ignores a member with this name without an error, so it is checked here.
    const isHidden = Object.hasOwn(memberOf(document, field) as object, '__proto__');
    if (isHidden) throw reject(`${field}.__proto__`, 'another name');
  }
  return parsed.data;
}

/**
 * Refuses a URL that is too long for CloudFront, which answers it without a verdict about the
 * signature. The time of a verdict grows with the product of the lengths of URL and policy, so this
 * also bounds the time for one line.
 */
function requireDecidedUrl(url: string): void {
  if (Buffer.byteLength(url) <= URL_BYTES_MAX) return;
  throw reject('url', `at most ${URL_BYTES_MAX} bytes; CloudFront answers 414 to a longer URL`);
}

/** Parses headers. Names may have any letter case, but each name may occur only once. */
function parseHeaders(headers: Line['headers']): Readonly<Record<string, string>> {
  const parsed = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
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
  // The key size is checked later and is part of the verdict, so that each line gets one.
  const key = parseTrustedPublicKey(normalizePublicKeyText(pem), { allowTestKeySizes: true });
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

function parseKeys(publicKeys: Line['publicKeys'], keys: KeyCache): TrustedKeys {
  const trustedKeys = new Map<KeyPairId, TrustedPublicKey>();
  for (const [id, pem] of Object.entries(publicKeys)) {
    underField(`publicKeys.${id}`, () => trustedKeys.set(parseKeyPairId(id), parseKey(pem, keys)));
  }
  return trustedKeys;
}

/**
 * Parses one line of `edgepass verify`. All fields except `allowTestKeySizes` are required. Of the
 * URL only the length is checked, and nothing of the address, because a wrong one must get a
 * verdict and not an error.
 *
 * @throws {InputError} that names the field; `line` when the text is not a JSON object
 */
export function parseVerificationLine(text: string, keys: KeyCache): VerificationLine {
  const { url, method, headers, clientIp, now, publicKeys, allowTestKeySizes } = parseLine(text);
  requireDecidedUrl(url);
  return {
    request: { url, method, headers: parseHeaders(headers), clientIp },
    context: {
      now: underField('now', () => epochSeconds(now)),
      trustedKeys: parseKeys(publicKeys, keys),
      switches: { ...DEFAULT_SWITCHES, allowTestKeySizes },
    },
  };
}
