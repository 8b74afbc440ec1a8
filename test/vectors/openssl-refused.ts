import { createPrivateKey, sign } from 'node:crypto';
import {
  add,
  cannedPolicy,
  cannedUrl,
  type Case,
  customCookie,
  customPolicy,
  customUrl,
  EARLIER,
  type Expectation,
  FILE,
  HOST,
  KEYS,
  LATER,
  NOW,
  OPENSSL,
  P256,
  refused,
  RSA,
  signingParts,
  STRANGER,
  TENANT,
  tools,
  VALID,
} from './vector-builder';

export function addOpensslRefusals(): void {
  const put = (
    comment: string,
    rest: Omit<Case, 'comment' | 'source' | 'url'> & { url?: string },
    expected: Expectation,
  ): void => {
    add({ comment, source: OPENSSL, url: FILE, ...rest }, expected);
  };
  const badSignature = refused('AccessDenied', 'bad_signature');
  const cross = ['CrossHash'];
  for (const keyId of [RSA, P256] as const) {
    put(
      `${keyId}: SHA-1 marked as SHA256`,
      { flags: cross, cookie: customCookie(TENANT, { keyId, hash: 'sha1', marker: 'SHA256' }) },
      badSignature,
    );
    put(
      `${keyId}: SHA-256 marked as SHA1`,
      { flags: cross, cookie: customCookie(TENANT, { keyId, marker: 'SHA1' }) },
      badSignature,
    );
    put(
      `${keyId}: SHA-256 without marker`,
      { flags: cross, cookie: customCookie(TENANT, { keyId, marker: null }) },
      badSignature,
    );
    for (const marker of ['sha256', 'SHA512', 'SHA-256', '']) {
      put(
        `${keyId}: marker "${marker}"`,
        { flags: ['Marker'], cookie: customCookie(TENANT, { keyId, marker }) },
        refused('AccessDenied', 'unsupported_hash'),
      );
    }
  }
  const pss = ['-sigopt', 'rsa_padding_mode:pss'];
  put(
    'RSA-PSS',
    { flags: ['Padding'], cookie: customCookie(TENANT, { options: pss }) },
    badSignature,
  );
  const raw = sign('sha256', Buffer.from(TENANT), {
    key: createPrivateKey(KEYS[P256].pem),
    dsaEncoding: 'ieee-p1363',
  });
  put(
    'ECDSA as raw r and s (made by Node)',
    {
      flags: ['Der'],
      cookie: customCookie(TENANT, {
        keyId: P256,
        signature: tools.cloudFrontBase64(raw),
      }),
    },
    badSignature,
  );
  put(
    'signed by a key that is not trusted',
    { flags: ['Key'], cookie: customCookie(TENANT, { key: STRANGER }) },
    badSignature,
  );
  put(
    'key pair id of another key',
    { flags: ['Key'], cookie: customCookie(TENANT).replace(RSA, P256) },
    badSignature,
  );
  put(
    'unknown key pair id',
    { flags: ['Key'], cookie: customCookie(TENANT).replace(RSA, 'KNOBODY') },
    refused('InvalidKey', 'unknown_key'),
  );
  put(
    'no key pair id',
    { flags: ['Key'], cookie: customCookie(TENANT).replace('Key-Pair-Id', 'Key-Pair') },
    refused('MissingKey', 'missing_key_id'),
  );
  put(
    'a key size that CloudFront would not store',
    { flags: ['Key'], cookie: customCookie(TENANT, { keyId: 'KRSA4096THROWAWAY' }) },
    refused('InvalidKey', 'unsupported_key'),
  );
  const outside = refused('AccessDenied', 'outside_resource');
  for (const path of [
    '/t/acme-evil/x',
    '/t/acmex',
    '/t/acme',
    '/t/ACME/x',
    '//t/acme/x',
    '/t/globex/x',
    '/t/%61cme/x',
  ]) {
    put(
      `cookies for acme at ${path}`,
      { flags: ['Resource'], url: `${HOST}${path}`, cookie: customCookie(TENANT) },
      outside,
    );
  }
  put(
    'another host',
    {
      flags: ['Resource'],
      url: 'https://media.example.org/t/acme/x',
      cookie: customCookie(TENANT),
    },
    outside,
  );
  put(
    'another protocol',
    { flags: ['Resource'], url: 'http://media.example.com/t/acme/x', cookie: customCookie(TENANT) },
    outside,
  );
  put(
    'a query added to an exact URL',
    { flags: ['Resource'], url: `${customUrl(FILE, customPolicy(FILE))}&v=3` },
    outside,
  );
  put(
    'a query added to a canned URL',
    { flags: ['Canned'], url: `${cannedUrl(FILE)}&v=3` },
    badSignature,
  );
  put(
    'bare * in cookies',
    { flags: ['Resource'], cookie: customCookie(customPolicy('*')) },
    refused('AccessDenied', 'unsupported_resource'),
  );
  put(
    'canned policy for a wildcard',
    { flags: ['Canned'], url: FILE, cookie: cannedWildcardCookie() },
    badSignature,
  );
  put(
    'cookies ignored because of a query name',
    { flags: ['Query'], url: `${FILE}?Expires=1`, cookie: customCookie(TENANT) },
    refused('MissingKey', 'missing_key_id', 'missing_signature', 'expired', 'cookies_ignored'),
  );
  put('no credentials', { flags: ['Key'] }, refused('MissingKey', 'missing_key_id'));
  const times = [
    [LATER - 1, VALID],
    [LATER, refused('AccessDenied', 'expired')],
    [LATER + 1, refused('AccessDenied', 'expired')],
    [EARLIER - 1, refused('AccessDenied', 'not_yet_valid')],
    [EARLIER, refused('AccessDenied', 'not_yet_valid')],
    [EARLIER + 1, VALID],
  ] as const;
  for (const [now, expected] of times) {
    put(`at ${now - NOW} s`, { flags: ['Time'], now, cookie: customCookie(TENANT) }, expected);
  }
}

function cannedWildcardCookie(): string {
  const { signature, keyId } = signingParts(cannedPolicy(`${HOST}/t/acme/*`), {});
  return `CloudFront-Expires=${LATER}; CloudFront-Signature=${signature}; CloudFront-Key-Pair-Id=${keyId}; CloudFront-Hash-Algorithm=SHA256`;
}
