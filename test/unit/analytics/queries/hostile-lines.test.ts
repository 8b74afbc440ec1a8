import {
  ask,
  at,
  BASE,
  cookiesWith,
  type PlantedLine,
  policyOf,
  refusedWith,
} from './planted-lines';

const DENIED = refusedWith('AccessDenied');
const GOOD = { resource: `${BASE}/t/acme/*`, notAfter: at('09:00:00') };
const UNKNOWN = 'denied_unspecified, cannot be known, unproven';

async function causeOf(line: PlantedLine, others: readonly PlantedLine[] = []): Promise<string> {
  const id = { 'x-edge-request-id': 'asked' };
  const rows = await ask('refusals', { lines: [{ ...line, ...id }, ...others] });
  const row = rows.find((one) => one['x_edge_request_id'] === 'asked');
  return row === undefined
    ? 'not a refusal'
    : `${String(row['cause'])}, ${String(row['confidence'])}, ${row['proven'] === true ? 'proven' : 'unproven'}`;
}

describe('L-04: an address range that is none', () => {
  it.each([
    '192.0.2.0/-2147483648',
    '192.0.2.0/2147483647',
    '192.0.2.0/33',
    '192.0.2.0/',
    'nan.nan.nan.nan/8',
    'inf.0.0.0/1',
    '1e308.0.0.0/0',
    '999.0.2.0/24',
    '2001:db8::/32',
  ])('%s breaks no query and shows nothing', async (range) => {
    const line = { ...DENIED, ...cookiesWith(policyOf({ ...GOOD, range })) };
    expect(await causeOf(line)).toBe(UNKNOWN);
    expect(await causeOf({ ...line, 'c-ip': '2001:db8::1' })).toBe(UNKNOWN);
  });
});

/** A viewer's own grant and a policy that it wrote itself, in one `Cookie` header. */
describe("L-07: a policy that rides along with the viewer's own grant", () => {
  const value = (line: PlantedLine): string => line['cs(Cookie)'] ?? '';
  const own = value(cookiesWith(policyOf(GOOD), 'genuine'.repeat(8)));
  const forged = value(
    cookiesWith(policyOf({ resource: `${BASE}/t/innocent/*` }), 'forged'.repeat(8)),
  );

  it.each<[string, string]>([
    ['with ; and no space', `${forged};${own.replaceAll('; ', ';')}`],
    ['with ; and a tab', `${forged};\t${own.replaceAll('; ', ';\t')}`],
    ['with a space before =', `${forged}; ${own.replaceAll(/=(?=[\w~-]{2})/g, ' =')}`],
    ['with the usual separator', `${forged}; ${own}`],
    ['the other way round', `${own.replaceAll('; ', ';')};${forged}`],
  ])('proves nothing: %s', async (_title, cookie) => {
    const sent = { 'cs(Cookie)': cookie };
    const foreign = { ...DENIED, ...sent, 'cs-uri-stem': '/t/victim/f/1/x.png' };
    expect(await causeOf(foreign, [sent])).toBe(UNKNOWN);
    expect(await ask('cross-tenant-probes', { lines: [foreign, sent] })).toEqual([]);
  });

  it('is read the same without spaces', async () => {
    const expired = value(cookiesWith(policyOf({ ...GOOD, notAfter: at('07:00:00') })));
    const line = { ...DENIED, 'cs(Cookie)': `a=1;${expired.replaceAll('; ', ';')}` };
    expect(await causeOf(line)).toBe('expired, certain, unproven');
  });

  it('a cookie that only has the name of a query parameter is none', async () => {
    const line = { ...refusedWith('MissingKey'), 'cs(Cookie)': 'a=1;Key-Pair-Id=K1;Policy=x' };
    expect(await causeOf(line)).toBe('no_signature, certain, unproven');
  });

  it.each([
    [
      'two hash algorithms',
      `${own}; CloudFront-Hash-Algorithm=SHA1; CloudFront-Hash-Algorithm=SHA256`,
    ],
  ])('concludes nothing from %s', async (_title, cookie) => {
    expect(await causeOf({ ...DENIED, 'cs(Cookie)': cookie })).toBe(UNKNOWN);
  });
});

describe('L-07: a policy that SQL and a JSON parser may read differently', () => {
  const text = policyOf({ ...GOOD, notBefore: at('07:00:00'), range: '192.0.2.0/24' });
  it.each([
    [
      'two starts',
      text.replace(
        '"DateGreaterThan"',
        '"DateGreaterThan":{"AWS:EpochTime":9999999999},"DateGreaterThan"',
      ),
    ],
    ['two ranges', text.replace('"AWS:SourceIp"', '"AWS:SourceIp":"10.0.0.0/8","AWS:SourceIp"')],
    [
      'an escaped member beside its decoy',
      text
        .replace('"DateLessThan"', '"DateLess\\u0054han"')
        .replace('{"Statement"', '{"x":{"DateLessThan":{"AWS:EpochTime":1}},"Statement"'),
    ],
  ])('%s shows nothing', async (_title, policy) => {
    expect(await causeOf({ ...DENIED, ...cookiesWith(policy) })).toBe(UNKNOWN);
  });
});

describe('L-06: no spelling of a path hides who opened it', () => {
  const SIGNATURE = 'signature-of-one-person-only';
  const grants = [
    {
      time: '2026-11-22T07:59:00Z',
      requestId: 'request-1',
      userHash: 'ada',
      tenant: 'acme',
      scope: '/t/acme/',
      keyPairId: 'K1',
      startsAt: '2026-11-22T07:58:00Z',
      expiresAt: '2026-11-22T08:14:00Z',
      fingerprint: SIGNATURE.slice(0, 24),
    },
  ];
  const cookies = cookiesWith(policyOf(GOOD), SIGNATURE);
  const BY_ID = { file_id: '42' };
  const BY_PATH = { path: '/t/acme/f/42/plan 1.pdf' };
  const BY_RAW_PATH = { path: '/t/acme/f/42/plan%201.pdf' };

  it.each([
    '/t/acme/f/42/plan%201.pdf',
    '/t/acme/f/42/plan%201%2epdf',
    '/t/acme/f/%34%32/plan%201.pdf',
    '/t/acme/%66/42/p%6can%201.pdf',
  ])('%s', async (path) => {
    const lines = [{ 'cs-uri-stem': path, ...cookies }];
    for (const values of [BY_ID, BY_PATH, BY_RAW_PATH]) {
      const rows = await ask('who-opened', { lines, grants, values });
      expect(rows).toMatchObject([{ sure: 'one person', user_hash: 'ada' }]);
    }
  });

  it.each(['100%25.png', 'a%25b.png'.replace('b', 'z'), 'caf%C3%A9.png', "a+b'c.png"])(
    'nor does the name %s',
    async (name) => {
      const lines = [{ 'cs-uri-stem': `/t/acme/f/42/${name}`, ...cookies }];
      expect(await ask('who-opened', { lines, grants, values: BY_ID })).toHaveLength(1);
    },
  );

  it('two signatures in one request are nobody’s', async () => {
    const { 'cs(Cookie)': cookie = '' } = cookies;
    const twice = `${cookie}; ${cookie.replace(SIGNATURE, 'signature-of-somebody-else')}`;
    const lines = [{ 'cs(Cookie)': twice }];
    expect(await ask('who-opened', { lines, grants })).toMatchObject([{ sure: 'cannot be known' }]);
  });
});

it.each([
  '/t/acme/%zz',
  '/t/acme/..;x/y',
  '/t/acme/%ff.png',
  '/t/acme/;/y',
  '/t/acme/%c2%80',
  '/%74/acme/x',
])('C-21: what viewer-guard refuses for its spelling is no revocation: %s', async (path) => {
  const line = {
    ...DENIED,
    'cs-uri-stem': path,
    'x-edge-result-type': 'FunctionGeneratedResponse',
  };
  expect(await causeOf(line)).toBe(UNKNOWN);
});
