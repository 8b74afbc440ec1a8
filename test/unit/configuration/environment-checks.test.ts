import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '#configuration/configuration-error';
import { parseEnvironment } from '#configuration/environment';
import { isContentBaseUrl } from '#core/signing/content-base-url';

type Document = Record<string, unknown>;

function keysRefused(name: 'local' | 'example', members: Document): string[] {
  const file = path.resolve(__dirname, '../../../environments', `${name}.json`);
  // Through JSON once more: a member set to undefined is left out.
  const document: unknown = JSON.parse(
    JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as Document), ...members }),
  );
  try {
    parseEnvironment(document, { name });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ key }) => key);
    throw error;
  }
}

/** A host name of so many characters, in labels of at most 49. */
function hostOf(length: number): string {
  const parent = '.example.com';
  const count = length - parent.length;
  const isDot = (at: number): boolean => at % 50 === 49 && at !== count - 1;
  return Array.from({ length: count }, (_, at) => (isDot(at) ? '.' : 'a')).join('') + parent;
}

const ISSUER = {
  preset: 'generic',
  issuer: 'https://issuer.example.com',
  audience: null,
  tenants: { from: 'claim', claim: 'tenants' },
};
const ACTIVE = { state: 'active', custody: 'kms' };

describe('content host', () => {
  const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/1';

  test('an emulator needs a local base URL, and takes nothing of AWS', () => {
    expect(keysRefused('local', { contentHost: undefined })).toContain('contentHost.localBaseUrl');
    expect(
      keysRefused('local', {
        contentHost: { localBaseUrl: 'http://localhost:4680', name: 'media.example.com' },
      }),
    ).toEqual(['contentHost.name']);
  });

  test('target emulator only with a loopback base URL', () => {
    for (const localBaseUrl of [
      'http://example.com:4680',
      'http://localhost:4680/',
      'http://0.0.0.0:4680',
      'http://127.0.0.256:4680',
      'http://localhost:80',
      'http://localhost:65536',
      'ftp://localhost',
    ]) {
      expect(keysRefused('local', { contentHost: { localBaseUrl } })).toContain(
        'contentHost.localBaseUrl',
      );
    }
  });

  test.each([
    ['of 92 characters, the longest that the function takes', 92, []],
    ['of 93 characters, which the function would refuse', 93, ['contentHost.name']],
    ['of 253 characters, the longest of DNS', 253, ['contentHost.name']],
  ])('a host %s', (_, length, keys) => {
    const name = hostOf(length);
    const members = {
      contentHost: { name, certificateArn },
      appOrigins: ['https://app.example.com'],
    };

    expect(name).toHaveLength(length);
    expect(keysRefused('example', members)).toEqual(keys);
    expect(isContentBaseUrl(`https://${name}`)).toBe(keys.length === 0);
  });

  test('AWS takes no local base URL, and no host without a certificate', () => {
    expect(
      keysRefused('example', {
        contentHost: {
          name: 'media.example.com',
          certificateArn,
          localBaseUrl: 'http://localhost',
        },
      }),
    ).toContain('contentHost.localBaseUrl');
    expect(keysRefused('example', { contentHost: { name: 'media.example.com' } })).toEqual([
      'contentHost.certificateArn',
    ]);
    expect(keysRefused('example', { contentHost: { certificateArn } })).toContain(
      'contentHost.name',
    );
  });

  test.each(['d1.cloudfront.net', 'github.io', 'co.uk'])(
    'S-08: %s is no host of yours to set cookies on',
    (name) => {
      const keys = keysRefused('example', {
        contentHost: { name, certificateArn },
        appOrigins: [],
      });
      expect(keys).toContain('contentHost.name');
    },
  );
});

describe('pages and content, S-08', () => {
  test('content must not share a host with a page, whatever the port', () => {
    for (const origin of ['https://media.example.com', 'https://media.example.com:8443']) {
      expect(keysRefused('example', { appOrigins: [origin] })).toEqual(['appOrigins.0']);
    }
  });

  test('on a laptop every host is loopback: there the port tells them apart', () => {
    expect(keysRefused('local', { appOrigins: ['http://localhost:4690'] })).toEqual([]);
    expect(keysRefused('local', { appOrigins: ['http://localhost:4680'] })).toEqual([
      'appOrigins.0',
    ]);
  });

  test.each(['https://example.org', 'https://app.example.com.evil.net', 'https://xexample.com'])(
    'a page on another site is refused under lax: %s',
    (origin) => {
      expect(keysRefused('example', { appOrigins: [origin] })).toEqual(['appOrigins.0']);
      expect(
        keysRefused('example', { appOrigins: [origin], cookies: { sameSite: 'none' } }),
      ).toEqual([]);
    },
  );

  test('a public suffix is no common site: two names below co.uk are two sites', () => {
    const contentHost = { name: 'media.one.co.uk', hostedZoneId: 'Z0123456789EXAMPLE' };
    expect(keysRefused('example', { contentHost, appOrigins: ['https://app.two.co.uk'] })).toEqual([
      'appOrigins.0',
    ]);
    expect(keysRefused('example', { contentHost, appOrigins: ['https://app.one.co.uk'] })).toEqual(
      [],
    );
  });

  test('on loopback another name, or another scheme, is another site', () => {
    expect(keysRefused('local', { appOrigins: ['http://127.0.0.1:4690'] })).toEqual([
      'appOrigins.0',
    ]);
    expect(keysRefused('local', { appOrigins: ['https://localhost:4690'] })).toEqual([
      'appOrigins.0',
    ]);
  });

  test('with the default certificate no page can use the content, under none neither', () => {
    for (const sameSite of ['lax', 'none']) {
      expect(keysRefused('example', { contentHost: undefined, cookies: { sameSite } })).toEqual([
        'appOrigins.0',
      ]);
    }
    expect(keysRefused('example', { contentHost: undefined, appOrigins: [] })).toEqual([]);
  });

  test('plain http is for pages on loopback and emulators only', () => {
    expect(keysRefused('example', { appOrigins: ['http://app.example.com'] })).toEqual([
      'appOrigins.0',
    ]);
    expect(keysRefused('example', { appOrigins: ['http://localhost:4690'] })).toEqual([
      'appOrigins.0',
    ]);
    expect(keysRefused('local', { appOrigins: ['http://app.example.com'] })).toEqual([
      'appOrigins.0',
    ]);
  });

  test('each origin once', () => {
    const origin = 'https://app.example.com';
    expect(keysRefused('example', { appOrigins: [origin, origin] })).toEqual(['appOrigins.1']);
  });
});

describe('issuers, J-12', () => {
  test('plain http only to loopback, and only for an emulator', () => {
    const loopback = { ...ISSUER, issuer: 'http://localhost:4685' };
    expect(keysRefused('local', { issuers: [loopback] })).toEqual([]);
    expect(keysRefused('example', { issuers: [loopback] })).toEqual(['issuers.0.issuer']);
    const remote = { ...ISSUER, jwksUrl: 'http://issuer.example.com/jwks' };
    for (const name of ['local', 'example'] as const) {
      expect(keysRefused(name, { issuers: [remote] })).toEqual(['issuers.0.jwksUrl']);
    }
  });

  test.each([
    'https://user:secret@issuer.example.com',
    'https://issuer.example.com?x=1',
    'https://issuer.example.com#x',
    'issuer.example.com',
  ])('an issuer is a plain URL: %s', (issuer) => {
    expect(keysRefused('example', { issuers: [{ ...ISSUER, issuer }] })).toEqual([
      'issuers.0.issuer',
    ]);
  });

  test('each issuer once', () => {
    expect(keysRefused('example', { issuers: [ISSUER, ISSUER] })).toEqual(['issuers.1.issuer']);
  });

  test('where tenants come from, and for whom a token is made, has no default', () => {
    const { tenants: _tenants, ...withoutTenants } = ISSUER;
    const { audience: _audience, ...withoutAudience } = ISSUER;
    expect([_tenants, _audience]).toEqual([ISSUER.tenants, null]);
    expect(keysRefused('example', { issuers: [withoutTenants] })).toEqual(['issuers.0.tenants']);
    expect(keysRefused('example', { issuers: [withoutAudience] })).toEqual(['issuers.0.audience']);
  });

  test.each(['*', 'a b', '../x', '', 'a'.repeat(64)])('C-01: no tenant %j', (tenant) => {
    expect(
      keysRefused('example', { issuers: [{ ...ISSUER, tenants: { from: 'fixed', tenant } }] }),
    ).toEqual(['issuers.0.tenants.tenant']);
  });
});

describe('signing keys', () => {
  test('exactly one active slot', () => {
    expect(keysRefused('example', { signingKeys: {} })).toEqual(['signingKeys']);
    expect(keysRefused('example', { signingKeys: { a: { ...ACTIVE, state: 'pending' } } })).toEqual(
      ['signingKeys'],
    );
    expect(keysRefused('example', { signingKeys: { a: ACTIVE, b: ACTIVE } })).toEqual([
      'signingKeys',
    ]);
  });

  test('at most five in the key group', () => {
    const retiring = { ...ACTIVE, state: 'retiring' };
    const five = { a: ACTIVE, b: retiring, c: retiring, d: retiring, e: retiring };
    expect(keysRefused('example', { signingKeys: five })).toEqual([]);
    expect(keysRefused('example', { signingKeys: { ...five, f: retiring } })).toEqual([
      'signingKeys',
    ]);
  });
});

describe('what belongs together', () => {
  test('a signature is reused for less than its life', () => {
    const grants = { cookieLifetimeSeconds: 60, reuseWindowSeconds: 60 };
    expect(keysRefused('example', { grants })).toEqual(['grants.reuseWindowSeconds']);
    expect(keysRefused('example', { grants: { ...grants, reuseWindowSeconds: 59 } })).toEqual([]);
  });

  test('a bucket or key of yours keeps its own encryption', () => {
    const existingBucket = { name: 'their-bucket' };
    const existingKmsKeyArn = 'arn:aws:kms:eu-central-1:123456789012:key/1';
    for (const theirs of [{ existingBucket }, { existingKmsKeyArn }]) {
      expect(keysRefused('example', { content: { ...theirs, encryption: 'kms' } })).toEqual([
        'content.encryption',
      ]);
      expect(keysRefused('example', { content: theirs })).toEqual([]);
    }
  });

  test('a web ACL of yours keeps its own rules', () => {
    const arn = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/ours/1';
    expect(keysRefused('example', { webAcl: { arn, requestsPerFiveMinutes: 100 } })).toEqual([
      'webAcl.requestsPerFiveMinutes',
    ]);
    expect(keysRefused('example', { webAcl: { arn, logs: {} } })).toEqual(['webAcl.logs']);
    expect(keysRefused('example', { webAcl: { arn } })).toEqual([]);
  });

  test('alarms are told to somebody, in their own region', () => {
    const topicArn = 'arn:aws:sns:eu-west-1:123456789012:ours';
    expect(keysRefused('example', { alarms: {} })).toEqual(['alarms.emails']);
    expect(keysRefused('example', { alarms: { emails: ['a@example.com'], topicArn } })).toEqual([
      'alarms.topicArn',
    ]);
  });
});

describe('L-05: logs with cookies', () => {
  test.each([
    [{ includeCookies: true }, ['logs.v1.confirmNoParentDomainCookies']],
    [{ includeCookies: true, confirmNoParentDomainCookies: true }, []],
    [{ includeCookies: false }, []],
  ])('v1 %j', (v1, refused) => {
    expect(keysRefused('example', { logs: { v1 } })).toEqual(refused);
  });

  test('evidence is asked for by somebody who says what cookies there are', () => {
    const refused = keysRefused('example', { logs: { evidence: { retentionDays: 7 } } });
    expect(refused).toEqual(['logs.evidence.confirmNoParentDomainCookies']);
    const evidence = { confirmNoParentDomainCookies: true };
    expect(keysRefused('example', { logs: { evidence } })).toEqual([]);
    const v1 = { includeCookies: false };
    expect(keysRefused('example', { logs: { evidence, v1 } })).toEqual(['logs.v1.includeCookies']);
  });
});

describe('S-16: legacy logging', () => {
  const v1 = { includeCookies: false };

  test.each(['eu-central-2', 'eu-south-1', 'me-central-1', 'ap-east-1', 'mx-central-1'])(
    'delivers nothing to the opt-in region %s',
    (region) => {
      expect(keysRefused('example', { region, logs: { v1 } })).toEqual(['logs.v1']);
      expect(keysRefused('example', { region })).toEqual([]);
    },
  );

  test.each(['eu-central-1', 'us-east-1', 'sa-east-1', 'ap-northeast-3'])(
    'delivers to %s',
    (region) => {
      expect(keysRefused('example', { region, logs: { v1 } })).toEqual([]);
    },
  );
});

describe('pricing plan', () => {
  test.each(['free', 'pro'])('%s has no custom policies', (pricingPlan) => {
    expect(keysRefused('example', { pricingPlan })).toEqual(['pricingPlan']);
  });

  test.each(['business', 'premium'])(
    '%s needs a web ACL and a distribution that stays',
    (pricingPlan) => {
      expect(keysRefused('example', { pricingPlan })).toEqual([]);
      expect(
        keysRefused('example', { pricingPlan, webAcl: undefined, retention: 'delete' }),
      ).toEqual(['webAcl', 'retention']);
    },
  );
});
