import { execFileSync } from 'node:child_process';
import { sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { epochSeconds } from '#core/clock';
import { encodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { type ContentBaseUrl, parseContentBaseUrl } from '#core/signing/content-base-url';
import { signCookies } from '#core/signing/signed-cookies';
import { signUrl } from '#core/signing/signed-url';
import { parseObjectKey } from '#core/tenancy/object-key';
import { parsePathScope } from '#core/tenancy/path-scope';
import { cookieHeader, generateTestKey, NOW, type TestKey } from '#test/unit/core/signing-fixture';

export { NOW } from '#test/unit/core/signing-fixture';

export const HOST = 'media.example.com';
/** Another distribution that trusts the same keys. C-05 forbids to deploy such a one. */
export const OTHER_HOST = 'other.example.com';

export const P256_KEY = generateTestKey('p256', 'K1');
export const RSA_KEY = generateTestKey('rsa', 'K2');
/** A key of the attacker that nobody trusts, and one that has the id of a trusted key. */
export const ATTACKER_KEY = generateTestKey('p256', 'K9');
const IMPOSTOR_KEY = generateTestKey('p256', 'K1');

const BASE_URL = parseContentBaseUrl(`https://${HOST}`);
const OTHER_BASE_URL = parseContentBaseUrl(`https://${OTHER_HOST}`);
const LIFETIME_SECONDS = 900;

interface GrantChanges {
  readonly key?: TestKey;
  readonly baseUrl?: ContentBaseUrl;
  readonly now?: number;
}

function grantOf({ key = P256_KEY, baseUrl = BASE_URL, now = NOW }: GrantChanges) {
  return {
    contentBaseUrl: baseUrl,
    lifetimeSeconds: LIFETIME_SECONDS,
    now: epochSeconds(now),
    signer: key.signer,
  };
}

/** The `Cookie` header for one scope, made by our own signer. */
export async function cookiesFor(scopePath: string, changes: GrantChanges = {}): Promise<string> {
  return cookieHeader(await signCookies({ ...grantOf(changes), scope: parsePathScope(scopePath) }));
}

/** Path and query of a signed URL of one object, made by our own signer. */
export async function urlFor(objectKey: string, changes: GrantChanges = {}): Promise<string> {
  const { baseUrl = BASE_URL } = changes;
  const { signedUrl } = await signUrl({
    ...grantOf(changes),
    objectKey: parseObjectKey(objectKey),
  });
  return signedUrl.reveal().slice(baseUrl.length);
}

export function policyText(resource: string | undefined, condition: object = {}): string {
  return JSON.stringify({
    Statement: [
      {
        ...(resource !== undefined && { Resource: resource }),
        Condition: {
          DateLessThan: { 'AWS:EpochTime': NOW + LIFETIME_SECONDS },
          ...condition,
        },
      },
    ],
  });
}

function signatureOf(text: string, key: TestKey, hash: 'sha1' | 'sha256'): string {
  return encodeCloudFrontBase64(sign(hash, Buffer.from(text), key.privatePem));
}

/** Makes cookies with any policy and any key, also such that the project's signer would refuse. */
export function handmadeCookies(
  policy: string,
  {
    key = P256_KEY,
    hash = 'sha256',
    signed = policy,
  }: {
    readonly key?: TestKey;
    readonly hash?: 'sha1' | 'sha256';
    /** The text that is really signed. */
    readonly signed?: string;
  } = {},
): string {
  return [
    `CloudFront-Policy=${encodeCloudFrontBase64(Buffer.from(policy))}`,
    `CloudFront-Signature=${signatureOf(signed, key, hash)}`,
    `CloudFront-Key-Pair-Id=${key.keyPairId}`,
    ...(hash === 'sha256' ? ['CloudFront-Hash-Algorithm=SHA256'] : []),
  ].join('; ');
}

function cannedPolicy(objectPath: string, expires: number): string {
  return `{"Statement":[{"Resource":"https://${HOST}${objectPath}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`;
}

/** Returns path and query of a canned URL with SHA-1, as old signers make it. */
export function cannedUrl(objectPath: string, expires = NOW + LIFETIME_SECONDS): string {
  const signature = signatureOf(cannedPolicy(objectPath, expires), RSA_KEY, 'sha1');
  return `${objectPath}?Expires=${expires}&Signature=${signature}&Key-Pair-Id=${RSA_KEY.keyPairId}`;
}

function cannedCookies(objectPath: string, expires = NOW + LIFETIME_SECONDS): string {
  return [
    `CloudFront-Expires=${expires}`,
    `CloudFront-Signature=${signatureOf(cannedPolicy(objectPath, expires), RSA_KEY, 'sha1')}`,
    `CloudFront-Key-Pair-Id=${RSA_KEY.keyPairId}`,
  ].join('; ');
}

/** An object that the attacker may open, and the scope whose cookies open it. */
export interface Granted {
  readonly scope: string;
  readonly key: string;
}

/**
 * Returns `Cookie` headers for one scope that somebody can legally have, made by different signers.
 */
export async function ownCookies({ scope, key }: Granted): Promise<string[]> {
  return [
    await cookiesFor(scope),
    await cookiesFor(scope, { key: RSA_KEY }),
    handmadeCookies(policyText(`https://${HOST}${scope}*`), { key: RSA_KEY, hash: 'sha1' }),
    cannedCookies(`/${key}`),
  ];
}

/** Returns paths with signed queries for one object that somebody can legally have. */
export async function ownUrls({ key }: Granted): Promise<string[]> {
  return [await urlFor(key), await urlFor(key, { key: RSA_KEY }), cannedUrl(`/${key}`)];
}

/**
 * Returns credentials for the scope of another person that an attacker could find or make. None of
 * them may ever open anything.
 */
export async function worthlessCookies(scope: string): Promise<string[]> {
  const resource = `https://${HOST}${scope}*`;
  const own = policyText(`https://${HOST}/t/acme/*`);
  return [
    await cookiesFor(scope, { now: NOW - LIFETIME_SECONDS }),
    await cookiesFor(scope, { now: NOW + LIFETIME_SECONDS }),
    await cookiesFor(scope, { baseUrl: OTHER_BASE_URL }),
    await cookiesFor(scope, { key: ATTACKER_KEY }),
    await cookiesFor(scope, { key: IMPOSTOR_KEY }),
    handmadeCookies(policyText(resource), { signed: own }),
    handmadeCookies(policyText(resource, { IpAddress: { 'AWS:SourceIp': '198.51.100.0/24' } })),
    handmadeCookies(own.replace('acme', `acme/*","Resource":"${resource}`), { signed: own }),
  ];
}

/** Returns cookies that would open everything if they were signed with the key that they name. */
export function boundlessCookies(): string[] {
  return [undefined, '*', `https://${HOST}/*`, `http*://*/*`].map((resource) =>
    handmadeCookies(policyText(resource), { key: IMPOSTOR_KEY }),
  );
}

/**
 * Returns signed URLs for the object of another person that are not valid: expired, for another
 * host, or with a wrong key.
 */
export async function worthlessUrls(key: string): Promise<string[]> {
  return [
    await urlFor(key, { now: NOW - LIFETIME_SECONDS }),
    await urlFor(key, { key: ATTACKER_KEY }),
    await urlFor(key, { key: IMPOSTOR_KEY }),
    await urlFor(key, { baseUrl: OTHER_BASE_URL }),
    cannedUrl(`/${key}`, NOW),
  ];
}

function sdkCookieHeader(cookies: Readonly<Record<string, unknown>>): string {
  return Object.entries(cookies)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join('; ');
}

/** Cookies for a scope, made by the AWS SDK: RSA in both hashes, and P-256. */
export function sdkCookies(scopePath: string): {
  readonly sha256: string[];
  readonly sha1: string[];
} {
  const policy = policyText(`https://${HOST}${scopePath}*`);
  const make = (key: TestKey, algorithm: 'SHA1' | 'SHA256'): string =>
    sdkCookieHeader(
      getSignedCookies({
        policy,
        keyPairId: key.keyPairId,
        privateKey: key.privatePem,
        algorithm,
      }) as unknown as Readonly<Record<string, unknown>>,
    );
  return {
    sha256: [make(RSA_KEY, 'SHA256'), make(P256_KEY, 'SHA256')],
    sha1: [make(RSA_KEY, 'SHA1')],
  };
}

/** Path and query of a signed URL of one object, made by the AWS SDK. */
export function sdkUrl(objectPath: string): string {
  const url = `https://${HOST}${objectPath}`;
  const signed = getSignedUrl({
    url,
    keyPairId: RSA_KEY.keyPairId,
    privateKey: RSA_KEY.privatePem,
    policy: policyText(url),
    algorithm: 'SHA256',
  });
  return signed.slice(`https://${HOST}`.length);
}

/** Cookies for a scope, signed by OpenSSL's own command. */
export function opensslCookies(scopePath: string, key: TestKey): string {
  const policy = policyText(`https://${HOST}${scopePath}*`);
  const folder = mkdtempSync(path.join(tmpdir(), 'edgepass-openssl-'));
  const keyFile = path.join(folder, 'key.pem');
  writeFileSync(keyFile, key.privatePem, { mode: 0o600 });
  try {
    const signature = execFileSync('openssl', ['dgst', '-sha256', '-sign', keyFile], {
      input: policy,
    });
    const encode = (bytes: Buffer): string =>
      bytes.toString('base64').replaceAll('+', '-').replaceAll('=', '_').replaceAll('/', '~');
    return `CloudFront-Policy=${encode(Buffer.from(policy))}; CloudFront-Signature=${encode(signature)}; CloudFront-Key-Pair-Id=${key.keyPairId}; CloudFront-Hash-Algorithm=SHA256`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
