import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError, type ConfigurationProblem } from '#configuration/configuration-error';
import { parseEnvironment } from '#configuration/environment';

type Document = Record<string, unknown>;

const FOLDER = path.resolve(__dirname, '../../../environments');
const read = (name: string): Document =>
  JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), 'utf8')) as Document;

/** Problems of an environment file after a change; none when it is accepted. */
function problemsAfter(
  name: 'local' | 'example',
  change: (document: Document) => void,
): readonly ConfigurationProblem[] {
  const document = read(name);
  change(document);
  try {
    parseEnvironment(document, { name });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

const set =
  (key: string, value: unknown) =>
  (document: Document): void => {
    const steps = key.split('.');
    const last = steps.pop() ?? '';
    const holder = steps.reduce<Document>((at, step) => (at[step] ??= {}) as Document, document);
    if (value === undefined) Reflect.deleteProperty(holder, last);
    else holder[last] = value;
  };

describe('environment files of the repository', () => {
  test.each(['local', 'example'])('%s is accepted', (name) => {
    expect(parseEnvironment(read(name), { name }).name).toBe(name);
  });

  test('defaults are filled in', () => {
    const minimal = parseEnvironment(
      {
        name: 'small',
        target: 'aws',
        region: 'eu-central-1',
        contentHost: {
          name: 'media.example.com',
          certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
        },
        appOrigins: [],
        issuers: [
          {
            preset: 'auth0',
            issuer: 'https://example.eu.auth0.com/',
            audience: null,
            tenants: { from: 'personal' },
          },
        ],
        signingKeys: { a: { state: 'active', custody: 'kms' } },
      },
      { name: 'small' },
    );
    expect(minimal).toMatchObject({
      state: { type: 'local' },
      retention: 'keep',
      content: { encryption: 's3' },
      signingKeys: { a: { keySpec: 'RSA_2048' } },
      grants: {
        cookieLifetimeSeconds: 900,
        signedUrlLifetimeSeconds: 900,
        signedUrlBatchLifetimeSeconds: 300,
        reuseWindowSeconds: 60,
        shareAcrossSubjects: false,
        capToToken: 'auto',
      },
      cookies: { sameSite: 'lax' },
      edge: { ipv6: true, originSecretSlot: 'a' },
      publicPrefix: false,
      pricingPlan: 'pay-as-you-go',
      logs: {
        functionRetentionDays: 90,
        issuedGrantRetentionDays: 365,
        bucketRetentionDays: 90,
        queryScanLimitMegabytes: 10_000,
        refusalMetric: false,
      },
      tags: {},
    });
    expect(minimal.logs).not.toHaveProperty('evidence');
    expect(minimal.logs).not.toHaveProperty('v1');
  });
});

describe('what an error says', () => {
  test('an unknown key is named with the keys that there are, and its value is never shown', () => {
    const problems = problemsAfter('local', set('clerkSecretKey', 'sk_live_canary'));
    expect(problems).toMatchObject([{ key: 'clerkSecretKey', received: 'an unknown key' }]);
    expect(problems[0]?.allowed).toContain('appOrigins');
    expect(JSON.stringify(problems)).not.toContain('canary');
  });

  test('an unknown key inside an entry is named with its path', () => {
    const problems = problemsAfter('local', set('signingKeys.a.algorithm', 'x'));
    expect(problems).toEqual([
      {
        key: 'signingKeys.a.algorithm',
        received: 'an unknown key',
        allowed: 'state, custody, keySpec',
      },
    ]);
  });

  test.each(['name', 'target', 'region', 'appOrigins', 'issuers', 'signingKeys'])(
    'a missing %s is named',
    (key) => {
      const problems = problemsAfter('local', set(key, undefined));
      expect(problems).toContainEqual(expect.objectContaining({ key, received: 'nothing' }));
    },
  );

  test('a bad value is shown with the values allowed', () => {
    expect(problemsAfter('local', set('retention', 'forever'))).toEqual([
      { key: 'retention', received: '"forever"', allowed: '"keep", "delete"' },
    ]);
  });

  test.each([
    'sk_live_canary',
    '-----BEGIN PRIVATE KEY-----canary',
    'eyJhbGciOiJub25lIn0.canary',
    'AKIAABCDEFGHIJKLMNOP',
  ])('a pasted secret is redacted: %#', (secret) => {
    const problems = problemsAfter('local', set('region', secret));
    expect(problems[0]).toMatchObject({ key: 'region', received: '[redacted]' });
  });

  test('a long value is cut', () => {
    const [problem] = problemsAfter('local', set('region', 'x'.repeat(500)));
    expect(problem?.received.length).toBeLessThan(90);
  });

  test('every problem is told at once, those of several keys together included', () => {
    const problems = problemsAfter('example', (document) => {
      set('regoin', 'x')(document);
      set('retention', 'never')(document);
      set('signingKeys.b.state', 'active')(document);
      set('appOrigins', ['https://other.example.org'])(document);
    });
    expect(problems.map(({ key }) => key).sort()).toEqual([
      'appOrigins.0',
      'regoin',
      'retention',
      'signingKeys',
    ]);
  });

  test('the message holds the source, the count and one line for each', () => {
    expect(() => parseEnvironment({}, { name: 'empty' })).toThrow(
      /^empty: \d+ problems\n {2}name: got/,
    );
  });

  test.each([null, 'text', 7, []])('a document that is no object is refused: %p', (document) => {
    expect(() => parseEnvironment(document, { name: 'x' })).toThrow(ConfigurationError);
  });

  test('the name is the name of the file', () => {
    expect(problemsAfter('local', set('name', 'other'))).toEqual([
      { key: 'name', received: '"other"', allowed: '"local", the name of the file' },
    ]);
  });
});

describe('values of one key', () => {
  test.each([
    ['name', 'Big'],
    ['name', 'a-'],
    ['name', 'seventeen-letters'],
    ['region', 'cn-north-1'],
    ['region', 'us-gov-west-1'],
    ['appOrigins', ['*']],
    ['appOrigins', ['https://*.example.com']],
    ['appOrigins', ['https://app.example.com/']],
    ['appOrigins', ['null']],
    ['signingKeys', { 'A!': { state: 'active', custody: 'kms' } }],
    ['signingKeys.a.state', 'declared'],
    ['signingKeys.a.custody', 'file'],
    ['signingKeys.a.keySpec', 'RSA_4096'],
    ['issuers', []],
    ['pricingPlan', 'gold'],
    ['logs.functionRetentionDays', 42],
    ['logs.queryScanLimitMegabytes', 10],
    ['logs.evidence', {}],
    ['logs.evidence', { confirmNoParentDomainCookies: false }],
    ['logs.evidence', { confirmNoParentDomainCookies: 'true' }],
    ['logs.evidence', { confirmNoParentDomainCookies: true, retentionDays: 15 }],
    ['logs.v1', {}],
    ['logs.v1', { includeCookies: 'no' }],
    ['tags', { 'aws:x': 'y' }],
    ['contentHost.certificateArn', 'arn:aws:acm:eu-central-1:123456789012:certificate/1'],
    ['contentHost.name', 'Media.example.com'],
    ['contentHost.name', 'https://media.example.com'],
    ['state', { type: 'http' }],
    ['edge.priceClass', 'PriceClass_50'],
  ])('%s: %j is refused', (key, value) => {
    const problems = problemsAfter('example', set(key, value));
    expect(problems.some((problem) => problem.key.startsWith(key.split('.')[0] ?? ''))).toBe(true);
  });

  test.each([
    ['grants.cookieLifetimeSeconds', 900],
    ['grants.signedUrlLifetimeSeconds', 900],
    ['grants.signedUrlBatchLifetimeSeconds', 300],
  ])('C-08: %s can only be lowered', (key, most) => {
    expect(problemsAfter('example', set(key, most - 1))).toEqual([]);
    expect(problemsAfter('example', set(key, most + 1))).toEqual([
      { key, received: String(most + 1), allowed: `at most ${most}` },
    ]);
    expect(problemsAfter('example', set(key, 9.5))).toHaveLength(1);
  });
});
