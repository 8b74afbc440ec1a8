import {
  add,
  cannedPolicy,
  cannedUrl,
  type Case,
  customCookie,
  customPolicy,
  customUrl,
  FILE,
  HOST,
  LATER,
  OPENSSL,
  P256,
  refused,
  RSA,
  signingParts,
  TENANT,
  VALID,
  window,
} from './vector-builder';

export function addOpensslValid(): void {
  for (const keyId of [RSA, P256] as const) {
    for (const hash of ['sha1', 'sha256'] as const) {
      const source = OPENSSL;
      const flags = [keyId === RSA ? 'Rsa' : 'Ecdsa', hash === 'sha1' ? 'Sha1' : 'Sha256'];
      const signing = { keyId, hash };
      const on = `${keyId === RSA ? 'RSA-2048' : 'P-256'}, ${hash.toUpperCase()}`;
      const put = (what: string, url: string, rest: Partial<Case> = {}): void => {
        const kind = rest.flags ?? [];
        add(
          { comment: `${what} (${on})`, source, url, ...rest, flags: [...flags, ...kind] },
          VALID,
        );
      };
      put('cookies for a tenant', FILE, { cookie: customCookie(TENANT, signing) });
      put('cookies for a tenant, with a query', `${FILE}?v=2`, {
        cookie: customCookie(TENANT, signing),
      });
      put('canned URL', cannedUrl(FILE, LATER, signing), { flags: ['Canned'] });
      put('canned URL with its own query', cannedUrl(`${FILE}?size=large&v=2`, LATER, signing), {
        flags: ['Canned'],
      });
      put('custom URL, exact Resource', customUrl(FILE, customPolicy(FILE), signing));
      put(
        'custom URL with its own query',
        customUrl(`${FILE}?v=2`, customPolicy(`${FILE}?v=2`), signing),
      );
      const canned = cannedPolicy(FILE);
      const parts = signingParts(canned, signing);
      put('canned cookies', FILE, {
        flags: ['Canned'],
        cookie: `CloudFront-Expires=${LATER}; CloudFront-Signature=${parts.signature}; CloudFront-Key-Pair-Id=${keyId}; CloudFront-Hash-Algorithm=${hash.toUpperCase()}`,
      });
      if (hash === 'sha1') {
        put('cookies without marker are SHA-1', FILE, {
          cookie: customCookie(TENANT, { ...signing, marker: null }),
        });
      }
    }
  }
}

export function addOpensslVariants(): void {
  const put = (comment: string, rest: Omit<Case, 'comment' | 'source'>, expected = VALID): void => {
    add({ comment, source: OPENSSL, ...rest }, expected);
  };
  const cookie = (policy: string): string => customCookie(policy);
  const pretty = `{\r\n  "Statement": [{\r\n    "Resource": "${HOST}/t/acme/*",\r\n    "Condition": { "DateLessThan": { "AWS:EpochTime": ${LATER} } }\r\n  }]\r\n}\n`;
  put('whitespace in the policy is signed as sent', {
    flags: ['Json'],
    url: FILE,
    cookie: cookie(pretty),
  });
  const escaped = customPolicy('https:\\/\\/media.example.com\\/t\\/\\u0061cme\\/*');
  put('escapes in the policy', { flags: ['Json'], url: FILE, cookie: cookie(escaped) });
  const withoutResource = `{"Statement":[{"Condition":{${window}}}]}`;
  put('no Resource opens everything', {
    flags: ['Resource'],
    url: FILE,
    cookie: cookie(withoutResource),
  });
  put('bare * in a URL', { flags: ['Resource'], url: customUrl(FILE, customPolicy('*')) });
  put('any protocol in a URL', {
    flags: ['Resource'],
    url: customUrl(FILE, customPolicy('*://media.example.com/*')),
  });
  put('domain wildcard', {
    flags: ['Resource'],
    url: FILE,
    cookie: cookie(customPolicy('https://*.example.com/t/*')),
  });
  const inRange = customPolicy(
    `${HOST}/*`,
    `${window},"IpAddress":{"AWS:SourceIp":"203.0.113.0/24"}`,
  );
  put('address in range', { flags: ['Address'], url: FILE, cookie: cookie(inRange) });
  put(
    'address out of range',
    { flags: ['Address'], url: FILE, cookie: cookie(inRange), clientIp: '203.0.114.7' },
    refused('AccessDenied', 'wrong_address'),
  );
  put(
    'an IPv6 viewer is never in range',
    { flags: ['Address'], url: FILE, cookie: cookie(inRange), clientIp: '2001:db8::7' },
    refused('AccessDenied', 'wrong_address'),
  );
  const far = customPolicy(`${HOST}/*`, '"DateLessThan":{"AWS:EpochTime":9223372036854775807}');
  put('the largest expiry', { flags: ['Time'], url: FILE, cookie: cookie(far) });
  put('the largest expiry, canned', {
    flags: ['Time', 'Canned'],
    url: cannedUrl(FILE, '9223372036854775807'),
  });
  for (const path of [
    '/t/acme/a%20b(1).jpg',
    '/t/acme//x',
    '/t/acme/../x',
    "/t/acme/it's%2A.jpg",
  ]) {
    put(`raw path ${path}`, { flags: ['RawPath', 'Canned'], url: cannedUrl(`${HOST}${path}`) });
  }
  const local = 'http://localhost:4680/t/acme/photo.jpg';
  put('http with a port', {
    flags: ['Local'],
    url: local,
    cookie: cookie(customPolicy('http://localhost:4680/t/acme/*')),
  });
  put('other cookies around', {
    flags: ['Cookies'],
    url: FILE,
    cookie: `theme=dark; ;a="b";${cookie(TENANT)};  last=1`,
  });
}
