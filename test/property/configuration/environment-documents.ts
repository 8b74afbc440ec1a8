import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { personalTenantId } from '#core/user-hash';
import { environmentOf } from '#test/synth/synthesised';
import { makeIssuerKey } from '#test/unit/access-token/token-factory';

export type Document = Record<string, unknown>;

const { jwk } = makeIssuerKey('k1');
/** Key sets that issuers may pin, by file name. */
const KEY_SETS: Readonly<Record<string, unknown>> = {
  'good.json': { keys: [jwk, { kty: 'EC', kid: 'k2' }] },
  'empty.json': { keys: [] },
  'many.json': { keys: Array.from({ length: 21 }, () => jwk) },
  'none.json': null,
};

/** Writes the key sets that documents name beside where the documents go. */
export function writeKeySets(folder: string): void {
  for (const [name, document] of Object.entries(KEY_SETS)) {
    writeFileSync(path.join(folder, name), JSON.stringify(document));
  }
}

const claimName = fc.constantFrom(
  ...['tenants', 'o.id', 'a..b', '.', 'https://example.com/tenants', '__proto__', 'ü'],
  ...['a.b.c.d.e.f.g.h', 'a.b.c.d.e.f.g.h.i', 'constructor', '${TfToken[TOKEN.1]}', '${uuid()}'],
);
const url = fc.oneof(
  fc.constantFrom(
    ...['https://id.example.com', 'https://id.example.com/', 'https://id.example.com/realms/a'],
    ...['http://localhost:4685', 'http://id.example.com', 'https://id.example.com:99999'],
    ...['https://[::1]', 'https://[::zz]/', 'https://a..b', 'https://%', 'https://xn--a'],
    ...[
      'https://id.example.com/@x',
      'http://0x7f.1:80',
      'https://1.2.3.400',
      'https://\u{1f600}.com',
    ],
    `https://id.example.com/${'a'.repeat(990)}`,
  ),
  fc.stringMatching(/^https:\/\/[a-z0-9.:[\]%_-]{1,12}$/),
);
const role = fc.constantFrom('admin', 'org:admin', 'org:', 'editor');
const tenant = fc.constantFrom(
  'acme',
  'personal-',
  personalTenantId('https://id.example.com', 'ann'),
  '-',
  'a/b',
);

const issuer = fc.record(
  {
    preset: fc.constantFrom('clerk', 'cognito-id', 'cognito-access', 'auth0', 'generic'),
    issuer: url,
    audience: fc.constantFrom(null, { accepted: ['a'] }, { claim: 'azp', accepted: ['a', 'b'] }),
    tenants: fc.oneof(
      fc.record({ from: fc.constant('claim'), claim: claimName }),
      fc.constantFrom({ from: 'claim' }, { from: 'personal' }),
      fc.record({ from: fc.constant('fixed'), tenant }),
    ),
    jwksUrl: url,
    tokenType: fc.constantFrom(null, { from: 'header', accepted: ['at+jwt'] }),
    requiredClaims: fc.dictionary(claimName, fc.constantFrom(true, 'yes', ['a', 1]), {
      maxKeys: 2,
    }),
    roleClaim: claimName,
    readerRoles: fc.array(role, { maxLength: 2 }),
    deniedTenants: fc.array(tenant, { maxLength: 2 }),
    pinnedJwks: fc.constantFrom(...Object.keys(KEY_SETS), 'good.json', 'missing.json'),
  },
  { requiredKeys: ['preset', 'issuer', 'audience', 'tenants'] },
);

const origin = fc.constantFrom(
  ...['https://app.example.com', 'https://www.example.com', 'https://app.example.com:443'],
  ...['https://app.example.com:8443', 'https://app.example.com:99999', 'https://app..example.com'],
  ...['http://localhost:4686', 'http://127.0.0.1:4687', 'https://media.example.com', 'https://-'],
);
const slot = fc.record(
  {
    state: fc.constantFrom('active', 'pending', 'retiring'),
    custody: fc.constant('kms'),
    keySpec: fc.constantFrom('RSA_2048', 'ECC_NIST_P256'),
  },
  { requiredKeys: ['state', 'custody'] },
);
const confirmed = { confirmNoParentDomainCookies: true };

/** Values for top-level members: most can be used, each with some that cannot. */
const MEMBERS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  issuers: fc.array(issuer, { minLength: 1, maxLength: 2 }),
  appOrigins: fc.uniqueArray(origin, { maxLength: 2 }),
  signingKeys: fc
    .tuple(slot, fc.dictionary(fc.constantFrom('b', 'c', 'B'), slot, { maxKeys: 2 }))
    .map(([first, others]) => ({ ...others, a: { ...first, state: 'active' } })),
  retention: fc.constantFrom('keep', 'delete'),
  contentHost: fc.constantFrom(
    undefined,
    { name: 'media.example.com', hostedZoneId: 'Z0123456789EXAMPLE' },
    { name: `${'a'.repeat(60)}.${'b'.repeat(60)}.example.com`, hostedZoneId: 'Z0123456789EXAMPLE' },
    { name: 'media.example.com' },
    { localBaseUrl: 'http://localhost:4680' },
  ),
  content: fc.constantFrom(
    { encryption: 's3' },
    { encryption: 'kms' },
    { existingBucket: { name: 'mine', region: 'eu-west-1' } },
    { encryption: 'kms', existingBucket: { name: 'mine' } },
  ),
  cookies: fc.record({ sameSite: fc.constantFrom('lax', 'none') }),
  grants: fc.record({
    cookieLifetimeSeconds: fc.constantFrom(9, 10, 300, 900, 901),
    signedUrlLifetimeSeconds: fc.constantFrom(9, 10, 300, 900, 901),
    signedUrlBatchLifetimeSeconds: fc.constantFrom(9, 10, 300, 301),
    reuseWindowSeconds: fc.constantFrom(0, 5, 60, 61),
  }),
  publicPrefix: fc.boolean(),
  pricingPlan: fc.constantFrom('pay-as-you-go', 'free', 'pro'),
  webAcl: fc.constantFrom(undefined, {}, { requestsPerFiveMinutes: 10 }),
  alarms: fc.constantFrom(
    undefined,
    {},
    { emails: ['a@example.com'] },
    { emails: ['a@example.com'], refusalRatePercent: 5 },
  ),
  logs: fc.constantFrom(
    {},
    { objectLock: true, refusalMetric: true },
    { evidence: confirmed },
    { evidence: confirmed, v1: { ...confirmed, includeCookies: true } },
    { v1: { includeCookies: false } },
  ),
  tags: fc.constantFrom({}, { owner: 'somebody' }, { 'aws:x': '1' }, { a: '${uuid()}' }),
};

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    [],
    {},
    true,
    -1,
    '*',
    '__proto__',
    'a'.repeat(300),
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/**
 * Puts a value somewhere into a document: the path is chosen by numbers, so that it always leads
 * somewhere.
 */
function spoil(document: Document, steps: readonly number[], value: unknown): void {
  let at: Record<string, unknown> = document;
  for (const [index, step] of steps.entries()) {
    const keys = Object.keys(at);
    const key = keys[step % Math.max(keys.length, 1)] ?? 'unknown';
    const inner = at[key];
    if (index === steps.length - 1 || typeof inner !== 'object' || inner === null) {
      at[key] = value;
      return;
    }
    at = inner as Record<string, unknown>;
  }
}

const spoiled = fc.tuple(fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }), junk);

/**
 * Environment documents: a committed one, with up to four members exchanged for others that may
 * or may not
 * be used, and every fifth of them spoiled somewhere.
 */
export const environmentDocument: fc.Arbitrary<Document> = fc
  .record({
    base: fc.constantFrom('example', 'local'),
    members: fc.record(MEMBERS, { requiredKeys: [] }),
    kept: fc.shuffledSubarray(Object.keys(MEMBERS), { maxLength: 4 }),
    damage: fc.oneof(
      { weight: 4, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: spoiled },
    ),
  })
  .map(({ base, members, kept, damage }) => {
    const document = structuredClone(environmentOf(base)) as Document;
    for (const key of kept) {
      if (key in members) document[key] = structuredClone(members[key]);
    }
    if (damage !== undefined) spoil(document, ...damage);
    return document;
  });

const DRAWS = 40;
const VALUES_MAX = 12;

/**
 * The committed environment with one member exchanged, for values of every member: always the same
 * documents. Most random documents are refused for another reason than the one that is looked for.
 */
export function documentsWithOneChange(): readonly Document[] {
  return Object.entries(MEMBERS).flatMap(([key, values]) => {
    const drawn = fc.sample(values, { numRuns: DRAWS, seed: 1 });
    const distinct = [...new Map(drawn.map((value) => [JSON.stringify(value), value])).values()];
    return distinct.slice(0, VALUES_MAX).map((value): Document => ({
      ...structuredClone(environmentOf('example') as unknown as Document),
      [key]: structuredClone(value),
    }));
  });
}
