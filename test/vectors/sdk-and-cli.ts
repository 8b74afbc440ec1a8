import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { version as sdkVersion } from '@aws-sdk/cloudfront-signer/package.json';
import {
  add,
  ADDRESS,
  type Case,
  EARLIER,
  type Expectation,
  FILE,
  HOST,
  KEYS,
  LATER,
  P256,
  refused,
  RSA,
  TENANT,
  tools,
  VALID,
  window,
} from './vector-builder';

function cookieHeader(cookies: object): string {
  return Object.entries(cookies)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join('; ');
}

/**
 * Vectors made with the AWS SDK, also for inputs that the SDK signs without an error and CloudFront
 * refuses.
 */
export function addSdk(): void {
  const source = `@aws-sdk/cloudfront-signer ${sdkVersion}`;
  const seconds = (time: number): string => new Date(time * 1000).toISOString();
  const dateLessThan = seconds(LATER);
  for (const keyId of [RSA, P256] as const) {
    for (const algorithm of ['SHA1', 'SHA256'] as const) {
      const base = { keyPairId: keyId, privateKey: KEYS[keyId].pem, algorithm };
      const flags = [
        'Sdk',
        keyId === RSA ? 'Rsa' : 'Ecdsa',
        algorithm === 'SHA1' ? 'Sha1' : 'Sha256',
      ];
      const put = (comment: string, url: string, cookie = ''): void => {
        add({ comment: `${comment} (${keyId}, ${algorithm})`, source, flags, url, cookie }, VALID);
      };
      put('getSignedUrl', getSignedUrl({ ...base, url: FILE, dateLessThan }));
      put(
        'getSignedUrl, odd characters',
        getSignedUrl({ ...base, url: `${HOST}/t/acme/a b(1)+ä.jpg?q=a b&flag`, dateLessThan }),
      );
      put(
        'getSignedUrl, start and address',
        getSignedUrl({
          ...base,
          url: FILE,
          dateLessThan,
          dateGreaterThan: seconds(EARLIER),
          ipAddress: ADDRESS,
        }),
      );
      put('getSignedUrl, policy', getSignedUrl({ ...base, url: FILE, policy: TENANT }));
      put(
        'getSignedCookies, policy',
        FILE,
        cookieHeader(getSignedCookies({ ...base, policy: TENANT })),
      );
      put(
        'getSignedCookies, one URL',
        FILE,
        cookieHeader(getSignedCookies({ ...base, url: FILE, dateLessThan })),
      );
    }
  }
  const base = { keyPairId: RSA, privateKey: KEYS[RSA].pem };
  const pitfall = (
    comment: string,
    request: Pick<Case, 'url' | 'cookie'>,
    expected: Expectation,
  ): void => {
    add({ comment, source, flags: ['Sdk', 'Pitfall'], ...request }, expected);
  };
  pitfall(
    'a wildcard URL without policy is signed as canned',
    {
      url: FILE,
      cookie: cookieHeader(getSignedCookies({ ...base, url: `${HOST}/t/acme/*`, dateLessThan })),
    },
    refused('AccessDenied', 'bad_signature'),
  );
  pitfall(
    'epoch seconds are read as milliseconds',
    { url: getSignedUrl({ ...base, url: FILE, dateLessThan: LATER }) },
    refused('AccessDenied', 'expired'),
  );
  const two = `{"Statement":[{"Resource":"${HOST}/t/a/*","Condition":{${window}}},{"Resource":"${HOST}/t/acme/*","Condition":{${window}}}]}`;
  pitfall(
    'two statements are signed without complaint',
    { url: FILE, cookie: cookieHeader(getSignedCookies({ ...base, policy: two })) },
    refused('MalformedPolicy', 'policy_statement', 'policy_expiry_missing'),
  );
  pitfall(
    'the URL as given, not as returned',
    {
      url: getSignedUrl({ ...base, url: `${HOST}/t/acme/a@b.jpg`, dateLessThan }).replace(
        '%40',
        '@',
      ),
    },
    refused('AccessDenied', 'bad_signature'),
  );
}

export function addAwsCli(): void {
  const key = KEYS[RSA];
  const sign = (...parameters: string[]): string | undefined =>
    tools.awsCliSignedUrl(key, [
      '--key-pair-id',
      RSA,
      '--date-less-than',
      String(LATER),
      ...parameters,
    ]);
  if (sign('--url', FILE) === undefined) {
    process.stderr.write('aws is not installed: no vectors of the AWS CLI in this run\n');
    return;
  }
  const source = tools.version('aws');
  const put = (comment: string, ...parameters: string[]): void => {
    add(
      { comment, source, flags: ['AwsCli', 'Rsa', 'Sha1'], url: sign(...parameters) ?? '' },
      VALID,
    );
  };
  put('cloudfront sign', '--url', FILE);
  put('cloudfront sign, query', '--url', `${FILE}?size=large`);
  put('cloudfront sign, start', '--url', FILE, '--date-greater-than', String(EARLIER));
  put('cloudfront sign, address', '--url', FILE, '--ip-address', ADDRESS);
  put('cloudfront sign, range', '--url', FILE, '--ip-address', '203.0.113.0/24');
  put('cloudfront sign, escapes', '--url', `${HOST}/t/acme/a%20b%2B.jpg`);
}
