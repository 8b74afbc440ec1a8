import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { GRANT_LIFETIME_SECONDS_MAX } from '#core/contract/grant-limits';
import { InputError } from '#core/errors';
import { Secret } from '#core/secret';
import { type ContentBaseUrl, parseContentBaseUrl } from '#core/signing/content-base-url';
import { createInMemorySigner } from '#core/signing/in-memory-signer';
import { type KeyPairId, parseKeyPairId, type Signer } from '#core/signing/signer';

/** Environment variables that many backends which sign CloudFront URLs have already. */
const VARIABLES = {
  domain: 'CLOUDFRONT_DISTRIBUTION_DOMAIN',
  keyPairId: 'CLOUDFRONT_KEY_PAIR_ID',
  privateKey: 'CLOUDFRONT_PRIVATE_KEY',
  privateKeyPath: 'CLOUDFRONT_PRIVATE_KEY_PATH',
  expiry: 'CLOUDFRONT_URL_EXPIRY',
} as const;

const EXPIRY_SECONDS_MIN = 1;
const EXPIRY_SECONDS_MAX = GRANT_LIFETIME_SECONDS_MAX.signedUrl;
const READABLE_BY_OTHERS = 0o044;

type Variables = Readonly<Record<string, string | undefined>>;

/** What a backend needs to sign URLs: what `signUrl` takes that is the same for every file. */
export interface EnabledBackendSigning {
  readonly signing: 'enabled';
  readonly contentBaseUrl: ContentBaseUrl;
  readonly signer: Signer;
  /** Seconds for which a URL is valid, at most 900. */
  readonly lifetimeSeconds: number;
}

/** Signing as it is configured, or switched off by name. */
export type BackendSigning = EnabledBackendSigning | { readonly signing: 'disabled' };

/** How the variables are read. */
export interface BackendSigningOptions {
  /**
   * `disabled` reads nothing: a backend that is being developed has no key. It is refused when
   * `NODE_ENV` is `production`. @default enabled
   */
  readonly signing?: 'enabled' | 'disabled';
}

function required(variables: Variables, name: string): string {
  const value = variables[name] ?? '';
  if (value !== '') return value;
  throw new InputError({
    code: 'ERR_SIGNING_VARIABLE',
    field: name,
    allowed: 'a value, or `signing: "disabled"` while developing',
    received: undefined,
  });
}

/** Gives an error of a parser the name of the variable. */
function naming<Value>(name: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    throw error instanceof InputError ? error.withField(name) : error;
  }
}

function readBaseUrl(variables: Variables): ContentBaseUrl {
  const domain = required(variables, VARIABLES.domain);
  const url = domain.includes('://') ? domain : `https://${domain}`;
  return naming(VARIABLES.domain, () => parseContentBaseUrl(url));
}

function readKeyPairId(variables: Variables): KeyPairId {
  const text = required(variables, VARIABLES.keyPairId);
  return naming(VARIABLES.keyPairId, () => parseKeyPairId(text));
}

function refuseKeyFile(allowed: string, cause?: unknown): InputError {
  return new InputError({
    code: 'ERR_SIGNING_KEY_FILE',
    field: VARIABLES.privateKeyPath,
    allowed,
    cause,
  });
}

function openKeyFile(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (cause) {
    throw refuseKeyFile('the path of a file that this program may read', cause);
  }
}

/** Windows has no such modes; its access lists are not read. */
function readKeyFile(file: string): string {
  const descriptor = openKeyFile(file);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw refuseKeyFile('the path of a file');
    if (process.platform !== 'win32' && (status.mode & READABLE_BY_OTHERS) !== 0) {
      throw refuseKeyFile('a file that only its owner can read (chmod 600)');
    }
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function readSigner(variables: Variables): Signer {
  const keyPairId = readKeyPairId(variables);
  const file = variables[VARIABLES.privateKeyPath] ?? '';
  const [name, text] =
    file === ''
      ? [VARIABLES.privateKey, required(variables, VARIABLES.privateKey)]
      : [VARIABLES.privateKeyPath, readKeyFile(file)];
  // Variables often hold the two characters \ and n where a line ends.
  const signingKey = new Secret(text.replaceAll('\\n', '\n').replaceAll('\\r', ''));
  return naming(name, () => createInMemorySigner({ keyPairId, signingKey }));
}

function readLifetime(variables: Variables): number {
  const text = variables[VARIABLES.expiry] ?? '';
  if (text === '') return EXPIRY_SECONDS_MAX;
  const seconds = /^[0-9]{1,9}$/.test(text) ? Number(text) : NaN;
  if (seconds >= EXPIRY_SECONDS_MIN) return Math.min(seconds, EXPIRY_SECONDS_MAX);
  throw new InputError({
    code: 'ERR_SIGNING_VARIABLE',
    field: VARIABLES.expiry,
    allowed: `whole seconds from ${EXPIRY_SECONDS_MIN}; more than ${EXPIRY_SECONDS_MAX} count as ${EXPIRY_SECONDS_MAX}`,
    received: text,
  });
}

function disable(variables: Variables): BackendSigning {
  if (variables['NODE_ENV'] !== 'production') return { signing: 'disabled' };
  throw new InputError({
    code: 'ERR_SIGNING_DISABLED',
    field: 'signing',
    allowed: '"enabled" when NODE_ENV is production',
    received: 'disabled',
  });
}

/**
 * Reads how a backend signs from the environment variables that many backends have:
 * `CLOUDFRONT_DISTRIBUTION_DOMAIN` (host, with or without `https://`), `CLOUDFRONT_KEY_PAIR_ID`,
 * `CLOUDFRONT_PRIVATE_KEY_PATH` (recommended; it wins) or `CLOUDFRONT_PRIVATE_KEY` (PEM with real
 * line ends or with `\n`), and `CLOUDFRONT_URL_EXPIRY` (seconds; 900 by default and at most). The
 * key is RSA-2048 or P-256. The functions of Edgepass do not read these variables.
 *
 * @throws {InputError} `ERR_SIGNING_VARIABLE`, `ERR_CONTENT_BASE_URL`, `ERR_KEY_PAIR_ID`,
 * `ERR_SIGNING_KEY`, `ERR_SIGNING_KEY_FILE` or `ERR_SIGNING_DISABLED`, with the name of the
 * variable and nothing of the key
 *
 * @example
 * import { epochSeconds, parseObjectKey, signUrl } from 'edgepass/core';
 * import { readBackendSigning } from 'edgepass/custody';
 *
 * const signing = readBackendSigning(process.env);
 *
 * export async function urlOf(key: string): Promise<string | undefined> {
 *   if (signing.signing === 'disabled') return undefined;
 *   const now = epochSeconds(Math.floor(Date.now() / 1000));
 *   const { signedUrl } = await signUrl({ ...signing, objectKey: parseObjectKey(key), now });
 *   return signedUrl.reveal();
 * }
 */
export function readBackendSigning(
  variables: Variables,
  { signing = 'enabled' }: BackendSigningOptions = {},
): BackendSigning {
  if (signing === 'disabled') return disable(variables);
  return {
    signing: 'enabled',
    contentBaseUrl: readBaseUrl(variables),
    signer: readSigner(variables),
    lifetimeSeconds: readLifetime(variables),
  };
}
