import { resolveIssuer } from '#access-token/presets';
import {
  parseFilesVariables,
  parseFunctionSettings,
  parseSessionVariables,
} from '#configuration/function-settings';

type Document = Record<string, unknown>;

const settings = (more: Document = {}): Document => ({
  issuers: [
    resolveIssuer({
      preset: 'clerk',
      issuer: 'https://id.example.com',
      audience: { accepted: ['https://app.example.com'] },
      tenants: { from: 'claim' },
    }),
  ],
  pinnedJwks: {},
  appOrigins: ['https://app.example.com'],
  cookies: { sameSite: 'lax' },
  grants: {
    cookieLifetimeSeconds: 900,
    signedUrlLifetimeSeconds: 900,
    signedUrlBatchLifetimeSeconds: 300,
    reuseWindowSeconds: 60,
    shareAcrossSubjects: false,
    capToToken: 'auto',
  },
  allowLoopbackHttp: false,
  ...more,
});

const slot = {
  slot: 'a',
  state: 'active',
  custody: 'kms',
  keyPairId: 'K2JCJMDEHXQW5F',
  kmsKeyId: '1234abcd-12ab-34cd-56ef-1234567890ab',
  algorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
};
const SECRET = '0b8b9a3e-53a5-4c5e-9d6e-5f3a0e9d7c11';

const variables = (
  more: Record<string, string | undefined> = {},
): Record<string, string | undefined> => ({
  EDGEPASS_CONTENT_BASE_URL: 'https://media.example.com',
  EDGEPASS_SIGNING_SLOTS: JSON.stringify([slot]),
  EDGEPASS_ORIGIN_SECRETS: JSON.stringify([SECRET]),
  EDGEPASS_GRANT_LOG_GROUP: '/edgepass/example/issued-grants',
  ...more,
});

const withIssuer = (members: Document): Document => {
  const document = settings();
  const [issuer] = document['issuers'] as Document[];
  return { ...document, issuers: [{ ...issuer, ...members }] };
};

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

describe('settings.json', () => {
  it.each<[string, Document]>([
    ['issuer', withIssuer({ issuer: 'https://user:canary@id.example.com' })],
    ['jwksUrl', withIssuer({ jwksUrl: 'https://user:canary@id.example.com/jwks' })],
    ['appOrigins', settings({ appOrigins: ['https://user:canary@app.example.com'] })],
  ])('a password in %s is refused and not repeated', (key, document) => {
    const message = messageOf(() => parseFunctionSettings(document));

    expect(message).toContain(key);
    expect(message).not.toContain('canary');
  });

  it.each(['clerk', 'cognito-id', 'cognito-access', 'auth0', 'generic'] as const)(
    'takes what the preset %s resolves to, after a trip through JSON',
    (preset) => {
      const issuer = resolveIssuer({
        preset,
        issuer: 'https://id.example.com',
        audience: null,
        tenants: { from: 'personal' },
        requiredClaims: { email_verified: true },
        tokenType: { from: 'header', accepted: ['at+jwt'] },
      });
      const document: unknown = JSON.parse(JSON.stringify(settings({ issuers: [issuer] })));

      expect(parseFunctionSettings(document)).toStrictEqual(document);
    },
  );

  it.each<[string, Document, RegExp]>([
    ['an unknown key', settings({ surprise: 1 }), /surprise: got an unknown key/],
    ['a missing key', settings({ grants: undefined }), /grants: got nothing; allowed: an object/],
    [
      'no issuer',
      settings({ issuers: [] }),
      /issuers: got an empty list; allowed: at least 1 items/,
    ],
    [
      'C-08: a long lifetime',
      settings({ grants: { ...(settings()['grants'] as Document), cookieLifetimeSeconds: 901 } }),
      /grants\.cookieLifetimeSeconds: got 901; allowed: at most 900/,
    ],
    [
      'a fraction of a second',
      settings({ grants: { ...(settings()['grants'] as Document), reuseWindowSeconds: 1.5 } }),
      /grants\.reuseWindowSeconds: got 1\.5/,
    ],
    [
      'an odd SameSite',
      settings({ cookies: { sameSite: 'strict' } }),
      /cookies\.sameSite: got "strict"; allowed: "lax", "none"/,
    ],
    [
      'C-36: a wildcard origin',
      settings({ appOrigins: ['https://*.example.com'] }),
      /appOrigins\.0: got "https:\/\/\*\.example\.com"; allowed: an exact https origin, never a wildcard/,
    ],
    ['C-36: any origin', settings({ appOrigins: ['*'] }), /appOrigins\.0: got "\*"/],
    ['C-35: the null origin', settings({ appOrigins: ['null'] }), /appOrigins\.0: got "null"/],
    [
      'an origin with a path',
      settings({ appOrigins: ['https://app.example.com/'] }),
      /appOrigins\.0/,
    ],
    [
      'an origin in capitals',
      settings({ appOrigins: ['https://APP.example.com'] }),
      /appOrigins\.0/,
    ],
    [
      'J-12: a plain HTTP page',
      settings({ appOrigins: ['http://app.example.com'] }),
      /appOrigins\.0/,
    ],
    [
      'J-12: a plain HTTP page on a laptop, in another environment',
      settings({ appOrigins: ['http://localhost:4690'] }),
      /appOrigins\.0/,
    ],
    [
      'J-12: a plain HTTP issuer',
      withIssuer({ issuer: 'http://id.example.com' }),
      /issuers\.0\.issuer/,
    ],
    [
      'J-12: a plain HTTP key set',
      withIssuer({ jwksUrl: 'http://localhost:4400/jwks' }),
      /issuers\.0\.jwksUrl: got "http:\/\/localhost:4400\/jwks"; allowed: an https URL/,
    ],
    [
      'J-12: a key set with a user',
      withIssuer({ jwksUrl: 'https://u:p@id.example.com' }),
      /issuers\.0\.jwksUrl/,
    ],
    ['no tenant rule', withIssuer({ tenants: undefined }), /issuers\.0\.tenants: got nothing/],
    [
      'C-01: a wildcard tenant',
      withIssuer({ tenants: { from: 'fixed', tenant: '*' } }),
      /issuers\.0\.tenants\.tenant: got "\*"; allowed: a tenant id/,
    ],
    [
      'J-06: no word about the audience',
      withIssuer({ audience: undefined }),
      /issuers\.0\.audience: got nothing/,
    ],
    [
      'J-06: an empty audience',
      withIssuer({ audience: { claim: 'aud', accepted: [], whenAbsent: 'refuse' } }),
      /issuers\.0\.audience\.accepted/,
    ],
    [
      'J-04: no age limit',
      withIssuer({ maxTokenAgeSeconds: 0 }),
      /issuers\.0\.maxTokenAgeSeconds: got 0; allowed: at least 1/,
    ],
  ])('refuses %s, and says so', (_name, document, message) => {
    expect(messageOf(() => parseFunctionSettings(document))).toMatch(message);
  });

  it.each([null, undefined, 'settings', 7, []])('refuses %j', (document) => {
    expect(() => parseFunctionSettings(document)).toThrow(/settings\.json: 1 problem/);
  });

  it('J-12: a laptop may use plain HTTP on loopback, and only there', () => {
    const local = { appOrigins: ['http://localhost:4690'], allowLoopbackHttp: true };

    expect(parseFunctionSettings(settings(local))).toMatchObject(local);
    expect(() =>
      parseFunctionSettings(settings({ ...local, appOrigins: ['http://app.example.com'] })),
    ).toThrow(/or http on loopback/);
  });
});

describe('environment variables of the session function', () => {
  const parse = (
    more: Record<string, string | undefined> = {},
    allowLoopbackHttp = false,
  ): unknown => parseSessionVariables(variables(more), { allowLoopbackHttp });

  it('reads what Terraform gives', () => {
    const parsed = parseSessionVariables(variables(), { allowLoopbackHttp: false });

    expect(parsed).toMatchObject({
      contentBaseUrl: 'https://media.example.com',
      activeSlot: slot,
      grantLogGroup: '/edgepass/example/issued-grants',
    });
    expect(parsed.originSecrets.map((secret) => secret.reveal())).toStrictEqual([SECRET]);
  });

  it('takes a second origin secret and slots that do not sign', () => {
    const slots = [
      slot,
      { ...slot, slot: 'b', state: 'pending', keyPairId: 'K2', algorithm: 'ECDSA_SHA_256' },
    ];

    expect(
      parse({
        EDGEPASS_ORIGIN_SECRETS: JSON.stringify([SECRET, SECRET.replaceAll('0', '1')]),
        EDGEPASS_SIGNING_SLOTS: JSON.stringify(slots),
      }),
    ).toMatchObject({ activeSlot: { slot: 'a' }, signingSlots: slots });
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['no base URL', { EDGEPASS_CONTENT_BASE_URL: undefined }],
    ['C-04: a host wildcard', { EDGEPASS_CONTENT_BASE_URL: 'https://*.example.com' }],
    ['a base URL with a path', { EDGEPASS_CONTENT_BASE_URL: 'https://media.example.com/' }],
    ['plain HTTP', { EDGEPASS_CONTENT_BASE_URL: 'http://localhost:4680' }],
    ['slots that are no JSON', { EDGEPASS_SIGNING_SLOTS: '[' }],
    ['no slots', { EDGEPASS_SIGNING_SLOTS: '[]' }],
    [
      'six slots',
      {
        EDGEPASS_SIGNING_SLOTS: JSON.stringify(
          Array.from({ length: 6 }, (_, index) => ({ ...slot, keyPairId: `K${index}` })),
        ),
      },
    ],
    [
      'no active slot',
      { EDGEPASS_SIGNING_SLOTS: JSON.stringify([{ ...slot, state: 'retiring' }]) },
    ],
    [
      'two active slots',
      { EDGEPASS_SIGNING_SLOTS: JSON.stringify([slot, { ...slot, keyPairId: 'K2' }]) },
    ],
    [
      'K-09: one key pair id twice',
      { EDGEPASS_SIGNING_SLOTS: JSON.stringify([slot, { ...slot, state: 'pending' }]) },
    ],
    [
      'an alias',
      { EDGEPASS_SIGNING_SLOTS: JSON.stringify([{ ...slot, kmsKeyId: 'alias/signing' }]) },
    ],
    [
      'C-09: SHA-1',
      {
        EDGEPASS_SIGNING_SLOTS: JSON.stringify([{ ...slot, algorithm: 'RSASSA_PKCS1_V1_5_SHA_1' }]),
      },
    ],
    [
      'a key pair id that is none',
      { EDGEPASS_SIGNING_SLOTS: JSON.stringify([{ ...slot, keyPairId: 'K; Path=/' }]) },
    ],
    ['S-13: no origin secret', { EDGEPASS_ORIGIN_SECRETS: undefined }],
    ['S-13: an empty list', { EDGEPASS_ORIGIN_SECRETS: '[]' }],
    ['S-13: three secrets', { EDGEPASS_ORIGIN_SECRETS: JSON.stringify([SECRET, SECRET, SECRET]) }],
    ['S-13: a short secret', { EDGEPASS_ORIGIN_SECRETS: '["short"]' }],
    ['S-13: a secret that is no text', { EDGEPASS_ORIGIN_SECRETS: '[1234]' }],
    ['no log group', { EDGEPASS_GRANT_LOG_GROUP: undefined }],
    ['a log group that is none', { EDGEPASS_GRANT_LOG_GROUP: 'a b' }],
  ])('refuses %s by the name of the variable', (_name, more) => {
    const [variable = ''] = Object.keys(more);

    expect(messageOf(() => parse(more))).toContain(`  ${variable}`);
  });

  it('names all problems at once and repeats no value: it may be a secret in the wrong place', () => {
    const message = messageOf(() =>
      parse({
        EDGEPASS_ORIGIN_SECRETS: SECRET,
        EDGEPASS_CONTENT_BASE_URL: SECRET,
        EDGEPASS_GRANT_LOG_GROUP: `${SECRET} `,
      }),
    );

    expect(message).toMatch(/3 problems/);
    expect(message).not.toContain(SECRET.slice(0, 8));
  });

  it('takes plain HTTP for a laptop', () => {
    expect(parse({ EDGEPASS_CONTENT_BASE_URL: 'http://localhost:4680' }, true)).toMatchObject({
      contentBaseUrl: 'http://localhost:4680',
    });
  });
});

describe('environment variables of the files function', () => {
  const own = {
    EDGEPASS_FILE_TABLE: 'edgepass-example-files',
    EDGEPASS_CONTENT_BUCKET: 'edgepass-example-content',
    EDGEPASS_DISTRIBUTION_ID: 'E2EXAMPLE',
  };
  const parse = (more: Record<string, string | undefined> = {}): unknown =>
    parseFilesVariables(variables({ ...own, ...more }), { allowLoopbackHttp: false });

  it('reads what Terraform gives, and what the session function reads', () => {
    expect(parse()).toMatchObject({
      activeSlot: slot,
      fileTable: 'edgepass-example-files',
      contentBucket: 'edgepass-example-content',
      distributionId: 'E2EXAMPLE',
    });
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['no table', { EDGEPASS_FILE_TABLE: undefined }],
    ['a table that is none', { EDGEPASS_FILE_TABLE: 'a b' }],
    ['no bucket', { EDGEPASS_CONTENT_BUCKET: undefined }],
    ['a bucket that is none', { EDGEPASS_CONTENT_BUCKET: 's3://bucket' }],
    ['no distribution', { EDGEPASS_DISTRIBUTION_ID: undefined }],
    ['a distribution that is none', { EDGEPASS_DISTRIBUTION_ID: 'arn:aws:x' }],
    ['no log group', { EDGEPASS_GRANT_LOG_GROUP: undefined }],
  ])('refuses %s by the name of the variable', (_name, more) => {
    const [variable = ''] = Object.keys(more);

    expect(messageOf(() => parse(more))).toContain(`  ${variable}`);
  });

  it('names all problems at once and repeats no value', () => {
    const message = messageOf(() =>
      parse({
        EDGEPASS_FILE_TABLE: `${SECRET} `,
        EDGEPASS_GRANT_LOG_GROUP: `${SECRET} `,
        EDGEPASS_DISTRIBUTION_ID: SECRET,
      }),
    );

    expect(message).toMatch(/3 problems/);
    expect(message).not.toContain(SECRET.slice(0, 8));
  });
});
